import { LRUCache } from 'lru-cache';
import type { Identity, User } from '../auth';
import { refuseUnknown } from '../options';
import { identityKey } from './user-record';
import type { UserStore } from './user-store';

export interface KnownUsersOptions {
  /** How many users are remembered; the longest unseen goes first. Default 10 000. */
  readonly max?: number;
  /** How long one is remembered at most, in seconds. Default 60. */
  readonly seconds?: number;
  /** A clock in milliseconds that only moves forward. Default: `performance.now`. */
  readonly now?: () => number;
}

/** A user store that asks the one behind it only for users it has not seen lately. */
export interface KnownUsers extends UserStore {
  /** For a user who was erased or changed elsewhere. An answer already under way is not remembered either. */
  forget(identity: Identity): void;
}

/** Remembers who is there, never who is not: a newcomer is always looked for in the store. */
export function knownUsers(store: UserStore, options: KnownUsersOptions = {}): KnownUsers {
  refuseUnknown('knownUsers', options, ['max', 'seconds', 'now']);
  const known = cacheOf(options);
  const flights = new Map<string, Promise<User>>();

  const forget = (identity: Identity): void => {
    const key = identityKey(identity);
    known.delete(key);
    flights.delete(key);
  };

  const fly = (key: string, identity: Identity): Promise<User> => {
    const flight: Promise<User> = store
      .getOrCreate(identity)
      .then((user) => {
        if (flights.get(key) === flight) known.set(key, user);
        return user;
      })
      .finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      });
    flights.set(key, flight);
    return flight;
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
    getOrCreate: async (identity) => {
      const key = identityKey(identity);
      return known.get(key) ?? flights.get(key) ?? fly(key, identity);
    },
    find: async (identity) => known.get(identityKey(identity)) ?? store.find(identity),
    fill: (identity, profile, updatedAt) =>
      changing(identity, () => store.fill(identity, profile, updatedAt)),
    bury: (identity, erasedAt) => changing(identity, () => store.bury(identity, erasedAt)),
    buried: (since) => store.buried(since),
    forget,
  };
}

function cacheOf({ max = 10_000, seconds = 60, now }: KnownUsersOptions): LRUCache<string, User> {
  if (!Number.isSafeInteger(max) || max < 1)
    throw new TypeError('knownUsers: max must be a whole number from 1');
  if (!Number.isFinite(seconds) || seconds <= 0)
    throw new TypeError('knownUsers: seconds must be a number above 0');
  return new LRUCache<string, User>({
    max,
    ttl: seconds * 1000,
    // Without this lru-cache keeps a reading for a millisecond, on a timer of its own.
    ttlResolution: 0,
    ...(now && { perf: { now } }),
  });
}
