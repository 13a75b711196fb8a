import { LRUCache } from 'lru-cache';
import type { User } from '../auth';

export interface UserMemoryOptions {
  /** Maximum number of cached users; the least recently used is dropped. Default 10 000. */
  readonly max?: number;
  /** Seconds that a user is cached. Default 60. */
  readonly seconds?: number;
  /** A clock in milliseconds that only moves forward. Default: `performance.now`. */
  readonly now?: () => number;
}

interface Entry {
  readonly user: User;
  readonly issuedAt: number;
}

/** Users by key, each with the time of issue of the credential that the store returned it for, or any later one. */
export interface UserMemory {
  /** Undefined also for a credential issued before that: the store must decide whether an erasure was in between. */
  get(key: string, issuedAt: number): User | undefined;
  /** `issuedAt`: milliseconds since the epoch. */
  set(key: string, user: User, issuedAt: number): void;
  delete(key: string): void;
}

export function userMemory({ max = 10_000, seconds = 60, now }: UserMemoryOptions): UserMemory {
  if (!Number.isSafeInteger(max) || max < 1) {
    throw new TypeError('knownUsers: "max" must be a whole number from 1');
  }
  if (!Number.isFinite(seconds) || seconds <= 0) {
    throw new TypeError('knownUsers: "seconds" must be a number above 0');
  }
  const entries = new LRUCache<string, Entry>({
    max,
    ttl: seconds * 1000,
    // By default lru-cache caches the current time for a millisecond, with a timer.
    ttlResolution: 0,
    ...(now && { perf: { now } }),
  });

  return {
    get: (key, issuedAt) => {
      const entry = entries.get(key);
      return entry && issuedAt >= entry.issuedAt ? entry.user : undefined;
    },
    set: (key, user, issuedAt) => {
      entries.set(key, { user, issuedAt });
    },
    delete: (key) => {
      entries.delete(key);
    },
  };
}
