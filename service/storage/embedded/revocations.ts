import type { NewRevocation, Revocation, RevocationStore } from 'sallyport';
import type { Access, Tables } from './environment';
import { digestOf } from './keys';

interface Kept {
  readonly revocation: Revocation;
  readonly order: number;
}

const COUNTER = 'revocationOrder';

/**
 * Revocations by target, and an index in the order of their transactions, so readers never have to wait for a gap to be
 * filled.
 */
export function embeddedRevocations(environment: Access): RevocationStore {
  const listeners = new Set<() => void>();
  return {
    async add(revocations) {
      const kept = await environment.write((tables) => revocations.map((added) => keep(tables, added)));
      for (const listener of listeners) listener();
      return kept;
    },
    read: (after = '0') =>
      environment.read((tables) => {
        const keys = tables.revocationOrder.getRange({ start: Number(after) + 1 });
        const revocations = [...keys].flatMap(({ value }) => read(tables, value)?.revocation ?? []);
        return { revocations, position: tables.counters.get(COUNTER) ?? '0', now: Date.now() };
      }),
    removeExpired: (before) =>
      environment.write((tables) => {
        const over = Math.min(before, Date.now());
        const all = [...tables.revocationOrder.getRange({})].map(({ value: key }) => ({
          key,
          kept: read(tables, key),
        }));
        const expired = all.filter(({ kept }) => kept !== undefined && kept.revocation.until < over);
        for (const { key, kept } of expired) {
          tables.revocations.removeSync(key);
          if (kept) tables.revocationOrder.removeSync(kept.order);
        }
        return expired.length;
      }),
    watch(onChange) {
      const listener = () => {
        onChange();
      };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function keep(tables: Tables, added: NewRevocation): Revocation {
  const key = digestOf(added.by, added.issuer, added.value);
  const before = read(tables, key);
  const order = Number(tables.counters.get(COUNTER) ?? '0') + 1;
  const revocation = lengthened(before?.revocation, added);
  if (before) tables.revocationOrder.removeSync(before.order);
  tables.revocations.putSync(key, JSON.stringify({ revocation, order } satisfies Kept));
  tables.revocationOrder.putSync(order, key);
  tables.counters.putSync(COUNTER, String(order));
  return revocation;
}

function lengthened(before: Revocation | undefined, added: NewRevocation): Revocation {
  const { by, issuer, value } = added;
  const until = Math.max(added.until, before?.until ?? 0);
  if (by !== 'subject') return Object.freeze({ by, issuer, value, until });
  const earlier = before?.by === 'subject' ? before.at : 0;
  return Object.freeze({ by, issuer, value, until, at: Math.max(added.at ?? Date.now(), earlier) });
}

function read({ revocations }: Tables, key: string): Kept | undefined {
  const text = revocations.get(key);
  if (text === undefined) return undefined;
  const kept = JSON.parse(text) as Kept;
  Object.freeze(kept.revocation);
  return kept;
}
