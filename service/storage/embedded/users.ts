import { randomUUID } from 'node:crypto';
import {
  type Identity,
  NOBODY,
  refuseErased,
  type Tombstone,
  type UserRecord,
  type UserStore,
  withLiving,
  withProfile,
  withTombstone,
} from 'sallyport';
import type { Environment, Tables } from './environment';
import { digestOf } from './keys';

/** One record per identity, and an index of tombstones by time. */
export function embeddedUsers(environment: Environment): UserStore {
  return {
    getOrCreate: async (identity, issuedAt) => {
      const known = await environment.read((tables) => read(tables, keyOf(identity)));
      refuseErased(known, identity, issuedAt);
      if (known.living) return known.living;
      return environment.write((tables) => {
        const key = keyOf(identity);
        const before = read(tables, key);
        refuseErased(before, identity, issuedAt);
        const after = withLiving(before, identity, randomUUID(), Date.now());
        if (!before.living) write(tables, key, after);
        return after.living;
      });
    },
    find: (identity) => environment.read((tables) => read(tables, keyOf(identity)).living),
    fill: (identity, profile, updatedAt) =>
      environment.write((tables) => {
        const key = keyOf(identity);
        const fresh = { id: randomUUID(), now: Date.now() };
        const after = withProfile(read(tables, key), identity, profile, updatedAt, fresh);
        if (typeof after === 'string') return after;
        write(tables, key, after);
        return 'applied';
      }),
    bury: (identity, erasedAt) =>
      environment.write((tables) => {
        const key = keyOf(identity);
        const before = read(tables, key);
        const after = withTombstone(before, identity, erasedAt);
        if (after !== before) {
          write(tables, key, after);
          for (const { erasedAt: time } of before.tombstones) tables.tombstones.removeSync([time, key]);
          for (const { erasedAt: time } of after.tombstones) tables.tombstones.putSync([time, key], '');
        }
        return after.tombstones;
      }),
    buried: (since) => environment.read((tables) => [...buriedFrom(tables, since)]),
  };
}

export function keyOf({ issuer, subject }: Identity): string {
  return digestOf(issuer, subject);
}

export function read(tables: Tables, key: string): UserRecord {
  const text = tables.users.get(key);
  if (text === undefined) return NOBODY;
  const { tombstones, ...rest } = JSON.parse(text) as UserRecord;
  Object.freeze(rest.living);
  return { ...rest, tombstones: tombstones.map(wholeAgain) };
}

/** JSON omits an undefined `userId`, that of a user who was erased before their first request. */
function wholeAgain({ issuer, subject, userId, erasedAt }: Tombstone): Tombstone {
  return Object.freeze({ issuer, subject, userId, erasedAt });
}

export function write(tables: Tables, key: string, record: UserRecord): void {
  tables.users.putSync(key, JSON.stringify(record));
}

function* buriedFrom(tables: Tables, since: number): Generator<Tombstone> {
  for (const key of tables.tombstones.getKeys({ start: [since] })) {
    const [erasedAt, identity] = key as [number, string];
    yield* read(tables, identity).tombstones.filter((tombstone) => tombstone.erasedAt === erasedAt);
  }
}
