import type { RequestHandler } from 'express';
import { Histogram, type Registry } from 'prom-client';
import { exchangeOf } from '../http/exchanges';

/** Seconds; most answers take a few milliseconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PUT', 'PATCH']);

/**
 * How long each request took until its answer had gone, or its caller had. The labels are few, whatever callers send: the
 * route is a pattern, `none` for a path where there is nothing, and the status `aborted` where no whole answer was taken.
 */
export function timeRequests(registry: Registry): RequestHandler {
  const times = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the headers of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  });
  return function timeRequest({ method }, response, next) {
    const start = performance.now();
    const exchange = exchangeOf(response);
    exchange.onEnd(() => {
      const labels = {
        method: METHODS.has(method) ? method : 'other',
        route: exchange.route ?? 'none',
        status: exchange.answered() ? String(response.statusCode) : 'aborted',
      };
      times.observe(labels, (performance.now() - start) / 1000);
    });
    next();
  };
}
