import type { ApiKeyRecord, ApiKeyStore } from './api-key-store';

/** Precision of `lastUsedAt`: a key in use costs one write in this time. */
const MINUTE_MS = 60_000;

/** Updates `lastUsedAt`, at most once a minute, without making the request wait. */
export function useNotes(keys: ApiKeyStore, now: () => number): (record: ApiKeyRecord) => void {
  const underWay = new Set<string>();

  return function noteUse({ id, lastUsedAt = 0 }) {
    const at = now();
    if (at - lastUsedAt < MINUTE_MS || underWay.has(id)) return;
    underWay.add(id);
    keys
      .noteUse(id, at)
      // Ignored: the next use tries again.
      .catch(() => undefined)
      .finally(() => underWay.delete(id));
  };
}
