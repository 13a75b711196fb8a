import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { metrics, type Metrics } from 'sallyport/metrics';
import { timeRequests } from './request-times';

/** What a process measures of itself and of what it serves. */
export interface Telemetry {
  readonly onEvent: Metrics;
  readonly timeRequests: RequestHandler;
  /** The metrics in the text format of Prometheus. */
  text(): Promise<string>;
  /** The same as objects, for the process that adds those of several up. */
  samples(): Promise<readonly object[]>;
}

/** Each call has a registry of its own: tests run several services in one process. */
export function createTelemetry(inFlight: () => number): Telemetry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    onEvent: metrics(registry, { inFlight }),
    timeRequests: timeRequests(registry),
    text: () => registry.metrics(),
    samples: () => registry.getMetricsAsJSON(),
  };
}
