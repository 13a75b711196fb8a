import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { metrics, type Metrics } from 'sallyport/metrics';
import { timeRequests } from './request-times';

/** Metrics of a process and of its requests. */
export interface Telemetry {
  readonly onEvent: Metrics;
  readonly timeRequests: RequestHandler;
  /** The metrics in the Prometheus text format. */
  text(): Promise<string>;
  /** The metrics as objects, for the primary, which aggregates them. */
  samples(): Promise<readonly object[]>;
}

/** Each call creates its own registry, since tests run several services in one process. */
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
