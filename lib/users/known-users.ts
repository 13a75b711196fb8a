import type { Identity, User } from '../auth';
import { refuseUnknown } from '../options';
import { identityKey } from '../identity';
import { userMemory, type UserMemoryOptions } from './user-memory';
import type { UserStore } from './user-store';

export type KnownUsersOptions = UserMemoryOptions;

/** A user store with a cache in front of it. */
export interface KnownUsers extends UserStore {
  /**
   * Optional. The cached user that `getOrCreate` would resolve with; undefined if it would have to ask the store.
   * `key`: the identity's key, if the caller has computed it already.
   */
  recall?(identity: Identity, issuedAt: number, key?: string): User | undefined;
  /** For a user who was erased or changed elsewhere. The result of a call that is in progress is not cached either. */
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

  /** Calls with another time of issue are not shared: one of the two credentials may be from before an erasure. */
  const underWay = (key: string, issuedAt: number): Promise<User> | undefined => {
    const flight = flights.get(key);
    return flight?.issuedAt === issuedAt ? flight.user : undefined;
  };

  /** Clears the cache before and after a change, so that no result from before it, or concurrent with it, is cached. */
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
    // Not cached: a webhook may have changed the user through another instance.
    find: (identity) => store.find(identity),
    fill: (identity, profile, updatedAt) =>
      changing(identity, () => store.fill(identity, profile, updatedAt)),
    bury: (identity, erasedAt) => changing(identity, () => store.bury(identity, erasedAt)),
    buried: (since) => store.buried(since),
    forget,
  };
}
