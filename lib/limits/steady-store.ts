import type { ClientRateLimitInfo, Store } from 'express-rate-limit';
import type { OnEvent } from '../events';
import { guarded } from '../stores/guarded';
import { memoryCounts } from './memory-counts';

/** Timeout of one call to the store, since every request waits for it. */
const DEADLINE_MS = 250;

/** A shared store with the counts of this process as fallback: an outage neither blocks requests nor lifts the limit. */
export function steadyStore(store: Store, emit: OnEvent): Store {
  const own = memoryCounts();
  const shared = guarded(
    { increment: async (key: string) => store.increment(key) },
    { name: 'rate-limits', deadlineMs: DEADLINE_MS, onEvent: emit },
  );
  return {
    localKeys: false,
    init: (options) => store.init?.(options),
    async increment(key) {
      try {
        return checked(await shared.increment(key));
      } catch {
        emit({ type: 'limiter_failed' });
        return own.increment(key);
      }
    },
    decrement: (key) => store.decrement(key),
    resetKey: (key) => store.resetKey(key),
    shutdown: () => store.shutdown?.(),
  };
}

/** A store that answers nonsense has failed. */
function checked(info: ClientRateLimitInfo): ClientRateLimitInfo {
  const { totalHits, resetTime } = info as { totalHits: unknown; resetTime: unknown };
  const hasTime =
    resetTime === undefined || (resetTime instanceof Date && !Number.isNaN(resetTime.getTime()));
  // The hit that was just counted is one of them.
  if (Number.isInteger(totalHits) && info.totalHits >= 1 && hasTime) return info;
  throw new TypeError('rateLimit: the store answered without a count');
}
