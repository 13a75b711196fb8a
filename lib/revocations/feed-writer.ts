import type { FeedSettings } from './feed-settings';
import { keptFor } from './retention';
import type { Revocation } from './revocation-store';
import type { RevocationTarget } from './revocations';
import { checkTarget } from './target';

export interface FeedWriter {
  /** Resolves with the revocations as stored. */
  readonly write: (targets: readonly RevocationTarget[]) => Promise<readonly Revocation[]>;
  readonly outliveCache: (seconds: number) => void;
}

export function feedWriter({ writes, clock, ...retention }: FeedSettings): FeedWriter {
  let { cacheMs } = retention;
  return {
    async write(targets) {
      targets.forEach(checkTarget);
      const now = clock.current();
      return writes.add(targets.map((target) => keptFor(target, now, { ...retention, cacheMs })));
    },
    outliveCache(seconds) {
      cacheMs = Math.max(cacheMs, seconds * 1000);
    },
  };
}
