import type { NewRevocation, Revocation, RevocationPage, RevocationStore } from './revocation-store';

interface Kept {
  readonly revocation: Revocation;
  readonly order: number;
}

/**
 * Keeps revocations in the memory of this process: for tests, and for a single instance that may lose them at its end.
 *
 * @example
 * const revocations = revocationFeed({ store: memoryRevocations() });
 */
export function memoryRevocations({
  now = () => Date.now(),
}: { readonly now?: () => number } = {}): RevocationStore {
  // A Map iterates in order of insertion, and every write deletes and re-inserts its key, so the newest are last.
  const kept = new Map<string, Kept>();
  const listeners = new Set<() => void>();
  let order = 0;

  function keep(added: NewRevocation): Revocation {
    const key = JSON.stringify([added.by, added.issuer, added.value]);
    const revocation = lengthened(kept.get(key)?.revocation, added, now());
    kept.delete(key);
    kept.set(key, { revocation, order: ++order });
    return revocation;
  }

  return {
    async add(revocations) {
      const result = revocations.map(keep);
      for (const listener of listeners) listener();
      return Promise.resolve(result);
    },
    async read(after = '0'): Promise<RevocationPage> {
      const since = [...kept.values()].filter((entry) => entry.order > Number(after));
      return Promise.resolve({
        revocations: since.map((entry) => entry.revocation),
        position: String(order),
        now: now(),
      });
    },
    async removeExpired(before) {
      const over = Math.min(before, now());
      const expired = [...kept].filter(([, { revocation }]) => revocation.until < over);
      for (const [key] of expired) kept.delete(key);
      return Promise.resolve(expired.length);
    },
    watch(onChange) {
      const listener = () => {
        onChange();
      };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function lengthened(before: Revocation | undefined, added: NewRevocation, now: number): Revocation {
  const until = Math.max(added.until, before?.until ?? 0);
  const { issuer, value } = added;
  if (added.by !== 'subject') return Object.freeze({ by: added.by, issuer, value, until });
  const earlier = before?.by === 'subject' ? before.at : 0;
  return Object.freeze({ by: 'subject', issuer, value, until, at: Math.max(added.at ?? now, earlier) });
}
