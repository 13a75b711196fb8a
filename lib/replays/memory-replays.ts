import type { ReplayStore } from './replay-store';

interface Kept {
  /** Undefined once the message is handled. */
  readonly holder: string | undefined;
  readonly until: number;
}

export interface MemoryReplaysOptions {
  /** A monotonic clock, in milliseconds. Default: `performance.now`. */
  readonly now?: () => number;
}

const SWEEP_EVERY_MS = 10_000;

/**
 * Stores the ids of handled messages in the memory of this process: for tests, and for a single instance that may lose
 * them when it ends.
 *
 * @example
 * clerkWebhook({ secret, issuer, replays: memoryReplays(), users, revocations, erase });
 */
export function memoryReplays({ now = () => performance.now() }: MemoryReplaysOptions = {}): ReplayStore {
  const kept = new Map<string, Kept>();
  let sweptAt = now();

  /** At intervals of time, not of claims: with many claims most sweeps would find hardly an expired entry. */
  function sweep(time: number): void {
    sweptAt = time;
    for (const [id, { until }] of kept) if (until <= time) kept.delete(id);
  }

  return {
    async claim(id, holder, leaseMs) {
      const time = now();
      if (time - sweptAt >= SWEEP_EVERY_MS) sweep(time);
      const before = kept.get(id);
      if (before && before.until > time)
        return Promise.resolve(before.holder === undefined ? 'done' : 'busy');
      kept.set(id, { holder, until: time + leaseMs });
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
