import type { ReplayStore } from './replay-store';

interface Kept {
  /** Undefined once it is done. */
  readonly holder: string | undefined;
  readonly until: number;
}

export interface MemoryReplaysOptions {
  /** A clock in milliseconds that only moves forward. Default: `performance.now`. */
  readonly now?: () => number;
}

const SWEEP_EVERY = 1000;

/**
 * Remembers handled messages in this process only: for tests, and for one instance that may forget them when it ends.
 *
 * @example
 * clerkWebhook({ secret, issuer, replays: memoryReplays(), users, revocations, erase });
 */
export function memoryReplays({ now = () => performance.now() }: MemoryReplaysOptions = {}): ReplayStore {
  const kept = new Map<string, Kept>();
  let claims = 0;

  function sweep(): void {
    for (const [id, { until }] of kept) if (until <= now()) kept.delete(id);
  }

  return {
    async claim(id, holder, leaseMs) {
      if (++claims % SWEEP_EVERY === 0) sweep();
      const before = kept.get(id);
      if (before && before.until > now())
        return Promise.resolve(before.holder === undefined ? 'done' : 'busy');
      kept.set(id, { holder, until: now() + leaseMs });
      return Promise.resolve('claimed');
    },
    async complete(id, keepMs) {
      kept.set(id, { holder: undefined, until: now() + keepMs });
      return Promise.resolve();
    },
    async release(id, holder) {
      if (kept.get(id)?.holder === holder) kept.delete(id);
      return Promise.resolve();
    },
  };
}
