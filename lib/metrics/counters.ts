import { Counter, type Registry, type RegistryContentType } from 'prom-client';

export type Counters = ReturnType<typeof counters>;

/** Expected series start at 0: `rate()` needs a value before the first increment. */
export function counters(registry: Registry<RegistryContentType>) {
  const registers = [registry];
  const verifications = new Counter({
    name: 'sallyport_verifications_total',
    help: 'Credentials that were judged, by kind, outcome and, where one was not accepted, the reason.',
    labelNames: ['kind', 'outcome', 'reason'],
    registers,
  });
  const cacheRequests = new Counter({
    name: 'sallyport_cache_requests_total',
    help: 'Credentials that were looked up in the cache of proofs.',
    labelNames: ['result'],
    registers,
  });
  const keyRefreshes = new Counter({
    name: 'sallyport_keys_refreshes_total',
    help: "Attempts at reading an issuer's keys.",
    labelNames: ['issuer', 'outcome'],
    registers,
  });
  const limited = new Counter({
    name: 'sallyport_limited_total',
    help: 'Requests that were refused because there were too many of one address or subject.',
    labelNames: ['by'],
    registers,
  });
  const storeFailures = new Counter({
    name: 'sallyport_store_failures_total',
    help: 'Calls of a store that failed: deadline, error, or breaker for those that were not tried.',
    labelNames: ['store', 'failure'],
    registers,
  });
  verifications.inc({ kind: 'token', outcome: 'accepted', reason: '' }, 0);
  for (const result of ['hit', 'miss']) cacheRequests.inc({ result }, 0);
  for (const by of ['address', 'subject']) limited.inc({ by }, 0);
  return { verifications, cacheRequests, keyRefreshes, limited, storeFailures };
}
