import type { ApiKeyRecord, ApiKeyStore } from './api-key-store';

/** How exact `lastUsedAt` is, and so how seldom a key in use costs a write. */
const MINUTE_MS = 60_000;

/** Notes that a key was used, at most once a minute, and never in anybody's way. */
export function useNotes(keys: ApiKeyStore, now: () => number): (record: ApiKeyRecord) => void {
  const underWay = new Set<string>();

  return function noteUse({ id, lastUsedAt = 0 }) {
    const at = now();
    if (at - lastUsedAt < MINUTE_MS || underWay.has(id)) return;
    underWay.add(id);
    keys
      .noteUse(id, at)
      // The next use is noted again; nobody waits for this one.
      .catch(() => undefined)
      .finally(() => underWay.delete(id));
  };
}
