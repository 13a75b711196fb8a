import { randomUUID } from 'node:crypto';
import type { Identity } from '../auth';
import { identityKey } from '../identity';
import { NOBODY, refuseErased, type UserRecord, withLiving, withProfile, withTombstone } from './user-record';
import type { UserStore } from './user-store';

export interface MemoryUsersOptions {
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
}

/**
 * Users in the memory of this process, lost when it ends: for tests and for trying things out.
 *
 * @example
 * sallyport({ issuer, audience, users: memoryUsers() });
 */
export function memoryUsers({ now = () => Date.now() }: MemoryUsersOptions = {}): UserStore {
  const records = new Map<string, UserRecord>();
  const read = (identity: Identity): UserRecord => records.get(identityKey(identity)) ?? NOBODY;
  const write = (identity: Identity, record: UserRecord): void => {
    records.set(identityKey(identity), record);
  };

  return {
    getOrCreate: async (identity, issuedAt) => {
      refuseErased(read(identity), identity, issuedAt);
      const record = withLiving(read(identity), identity, randomUUID(), now());
      write(identity, record);
      return Promise.resolve(record.living);
    },
    find: async (identity) => Promise.resolve(read(identity).living),
    fill: async (identity, profile, updatedAt) => {
      const fresh = { id: randomUUID(), now: now() };
      const record = withProfile(read(identity), identity, profile, updatedAt, fresh);
      if (typeof record === 'string') return Promise.resolve(record);
      write(identity, record);
      return Promise.resolve('applied');
    },
    bury: async (identity, erasedAt) => {
      const record = withTombstone(read(identity), identity, erasedAt);
      write(identity, record);
      return Promise.resolve(record.tombstones);
    },
    buried: async (since) => {
      const all = [...records.values()].flatMap(({ tombstones }) => tombstones);
      return Promise.resolve(
        all.filter(({ erasedAt }) => erasedAt >= since).sort((a, b) => a.erasedAt - b.erasedAt),
      );
    },
  };
}
