import type { RequestHandler } from 'express';
import { Histogram, type Registry } from 'prom-client';
import { exchangeOf } from '../http/exchanges';

/** Seconds; most requests take a few milliseconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PUT', 'PATCH']);

/**
 * Measures each request until its response is sent or its client disconnects. The number of labels is limited: `route`
 * is a pattern, or `none` if no route matches, and `status` is `aborted` if the response was not sent completely.
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
