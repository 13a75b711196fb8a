import { LRUCache } from 'lru-cache';
import type { User } from '../auth';

export interface UserMemoryOptions {
  /** How many users are remembered; the longest unseen goes first. Default 10 000. */
  readonly max?: number;
  /** How long one is remembered at most, in seconds. Default 60. */
  readonly seconds?: number;
  /** A clock in milliseconds that only moves forward. Default: `performance.now`. */
  readonly now?: () => number;
}

interface Entry {
  readonly user: User;
  readonly issuedAt: number;
}

/** Users by key, each with the time of the proof that the store gave them to: it gives them to every later one too. */
export interface UserMemory {
  /** Undefined also for a proof older than that: the store must say whether it is from before an erasure. */
  get(key: string, issuedAt: number): User | undefined;
  /** `issuedAt` in milliseconds. */
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
    // Without this lru-cache keeps a reading for a millisecond, on a timer of its own.
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
