import type { Identity, User } from '../auth';
import { refuseUnknown } from '../options';
import { identityKey } from '../identity';
import { userMemory, type UserMemoryOptions } from './user-memory';
import type { UserStore } from './user-store';

export type KnownUsersOptions = UserMemoryOptions;

/** A user store that asks the one behind it only for users it has not seen lately. */
export interface KnownUsers extends UserStore {
  /**
   * The user that `getOrCreate` would resolve with without asking the store; undefined for one that is not remembered.
   * Optional. `key`: the identity's key, where the caller has it already.
   */
  recall?(identity: Identity, issuedAt: number, key?: string): User | undefined;
  /** For a user who was erased or changed elsewhere. An answer already under way is not remembered either. */
  forget(identity: Identity): void;
}

interface Flight {
  readonly user: Promise<User>;
  readonly issuedAt: number;
}

/**
 * A cache of the users that exist. Users that do not exist are never cached: they are always looked up in the store.
 *
 * @throws {TypeError} when it is called, for an option that is unknown or out of range.
 *
 * @example
 * const known = knownUsers(users, { max: 10_000, seconds: 60 });
 * const user = await known.getOrCreate({ issuer, subject: 'user_1' });
 */
export function knownUsers(store: UserStore, options: KnownUsersOptions = {}): KnownUsers {
  refuseUnknown('knownUsers', options, ['max', 'seconds', 'now']);
  const memory = userMemory(options);
  const flights = new Map<string, Flight>();

  const forget = (identity: Identity): void => {
    const key = identityKey(identity);
    memory.delete(key);
    flights.delete(key);
  };

  const fly = (key: string, identity: Identity, issuedAt: number): Promise<User> => {
    const user = store
      .getOrCreate(identity, issuedAt === Infinity ? undefined : issuedAt)
      .then((found) => {
        if (flights.get(key) === flight) memory.set(key, found, issuedAt);
        return found;
      })
      .finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      });
    const flight: Flight = { user, issuedAt };
    flights.set(key, flight);
    return user;
  };

  /** A proof of another time waits for an answer of its own: only one of the two may be from before an erasure. */
  const underWay = (key: string, issuedAt: number): Promise<User> | undefined => {
    const flight = flights.get(key);
    return flight?.issuedAt === issuedAt ? flight.user : undefined;
  };

  /** Forgets on both sides of a change, so that neither an old answer nor one raced with it stays. */
  const changing = async <T>(identity: Identity, change: () => Promise<T>): Promise<T> => {
    forget(identity);
    try {
      return await change();
    } finally {
      forget(identity);
    }
  };

  return {
    getOrCreate: async (identity, issuedAt = Infinity) => {
      const key = identityKey(identity);
      return memory.get(key, issuedAt) ?? underWay(key, issuedAt) ?? fly(key, identity, issuedAt);
    },
    recall: (identity, issuedAt, key = identityKey(identity)) => memory.get(key, issuedAt),
    // What is asked for by name is told as it is now: a webhook may have filled it elsewhere.
    find: (identity) => store.find(identity),
    fill: (identity, profile, updatedAt) =>
      changing(identity, () => store.fill(identity, profile, updatedAt)),
    bury: (identity, erasedAt) => changing(identity, () => store.bury(identity, erasedAt)),
    buried: (since) => store.buried(since),
    forget,
  };
}
