import type { Registry, RegistryContentType } from 'prom-client';
import type { SallyportEvent } from '../events';
import { refuseUnknown } from '../options';
import { counters, type Counters } from './counters';
import { gauges, type Watched } from './gauges';
import { reasonLabel } from './reasons';

export type { Watched } from './gauges';

export interface MetricsOptions {
  /** Returns the number of requests in progress, for `sallyport_in_flight`. Default: there is no such metric. */
  readonly inFlight?: () => number;
}

/** A function for `onEvent` that counts events. */
export interface Metrics {
  (event: SallyportEvent): void;
  /** Reads the ages of this chain's keys and revocations each time the metrics are collected. */
  watch(port: Watched): void;
}

/**
 * Counts the events of a chain in the host's registry of prom-client (an optional peer dependency). Every label has a
 * limited number of values, whatever callers send.
 *
 * - `sallyport_verifications_total{kind,outcome,reason}`: `kind` is `token`, `api-key` or `none`; `outcome` is
 *   `accepted`, `refused` (400, 401), `unavailable` (503) or `failed` (500); `reason` an `InvalidTokenReason` or an
 *   error's code
 * - `sallyport_cache_requests_total{result}`: `hit` or `miss`
 * - `sallyport_keys_refreshes_total{issuer,outcome}`: `success`, `failure`, or `cached` if the host's cache had them
 * - `sallyport_limited_total{by}`: `address` or `subject`
 * - `sallyport_store_failures_total{store,failure}`: `deadline`, `breaker` or `error`
 * - `sallyport_keys_age_seconds{issuer}`: since the keys were last read; absent before the first read
 * - `sallyport_revocations_live`: number of current revocations; `sallyport_revocations_age_seconds`: since the last
 *   completed read; both absent without revocations
 *
 * @example
 * const registry = new Registry();
 * const onEvent = metrics(registry);
 * const port = sallyport({ issuer, audience, users, onEvent });
 * onEvent.watch(port);
 *
 * @throws {TypeError} for an option that is unknown.
 * @throws {Error} from prom-client, for a registry that has these metrics already: use one `metrics` for all chains.
 */
export function metrics(registry: Registry<RegistryContentType>, options: MetricsOptions = {}): Metrics {
  refuseUnknown('metrics', options, ['inFlight']);
  const counted = counters(registry);
  const { watch, issuerOf } = gauges(registry, options.inFlight);
  return Object.assign(
    (event: SallyportEvent) => {
      count(event, counted, issuerOf);
    },
    {
      watch(port: Watched) {
        watch(port);
        for (const { issuer } of port.state().keys) {
          counted.keyRefreshes.inc({ issuer, outcome: 'success' }, 0);
          counted.keyRefreshes.inc({ issuer, outcome: 'failure' }, 0);
        }
      },
    },
  );
}

function count(event: SallyportEvent, counted: Counters, issuerOf: (source: string) => string): void {
  switch (event.type) {
    case 'verified':
      counted.verifications.inc({ kind: event.kind, outcome: 'accepted', reason: '' });
      break;
    case 'unverified': {
      const { kind, outcome, reason } = event;
      counted.verifications.inc({ kind, outcome, reason: reasonLabel(reason) });
      break;
    }
    case 'cache_hit':
      counted.cacheRequests.inc({ result: 'hit' });
      break;
    case 'cache_miss':
      counted.cacheRequests.inc({ result: 'miss' });
      break;
    case 'keys_refreshed':
      counted.keyRefreshes.inc({
        issuer: issuerOf(event.source),
        outcome: event.cached ? 'cached' : 'success',
      });
      break;
    case 'keys_failed':
      counted.keyRefreshes.inc({ issuer: issuerOf(event.source), outcome: 'failure' });
      break;
    case 'limited':
      counted.limited.inc({ by: event.by });
      break;
    case 'store_failed':
      counted.storeFailures.inc({ store: event.store, failure: event.failure });
      break;
    default:
    // Other events have no metric.
  }
}
