import type { Store } from 'express-rate-limit';
import type { OnEvent } from '../events';
import { guarded } from '../stores/guarded';
import { memoryCounts } from './memory-counts';

/** Timeout of one call to the store, since every request waits for it. */
const DEADLINE_MS = 250;

/** A shared store. While it fails, the count of this process is the fallback: requests are neither blocked nor unlimited. */
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
        return await shared.increment(key);
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
