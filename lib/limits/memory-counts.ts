import type { ClientRateLimitInfo, Store } from 'express-rate-limit';
import { LRUCache } from 'lru-cache';

export const WINDOW_MS = 60_000;

/** Greatest number of keys; the least recently used is dropped, so that forged addresses cannot fill the memory. */
const MAX_KEYS = 100_000;

interface Window {
  hits: number;
  /** End of the window by `performance.now`, which does not change when the clock is set back. */
  readonly until: number;
}

interface Hit {
  readonly hits: number;
  /** Milliseconds until the window ends. */
  readonly left: number;
}

/** A store of express-rate-limit with synchronous methods as well. */
export interface MemoryCounts extends Store {
  hits(key: string): number;
  hit(key: string): Hit;
}

/**
 * Counts in this process. The memory store of express-rate-limit returns the object in which it counts: concurrent
 * requests would all read the count of the last one, and all be refused.
 */
export function memoryCounts(): MemoryCounts {
  const windows = new LRUCache<string, Window>({ max: MAX_KEYS });

  const current = (key: string, time: number): Window | undefined => {
    const window = windows.get(key);
    return window && time < window.until ? window : undefined;
  };
  const add = (key: string, hits: number): Hit => {
    const time = performance.now();
    let window = current(key, time);
    if (!window) windows.set(key, (window = { hits: 0, until: time + WINDOW_MS }));
    window.hits = Math.max(0, window.hits + hits);
    // The sum of a time and a minute, less that time, may be more than a minute by a rounding error.
    return { hits: window.hits, left: Math.min(window.until - time, WINDOW_MS) };
  };

  return {
    localKeys: true,
    hits: (key) => (windows.size === 0 ? 0 : (current(key, performance.now())?.hits ?? 0)),
    hit: (key) => add(key, 1),
    increment: (key) => Promise.resolve(told(add(key, 1))),
    decrement: (key) => void add(key, -1),
    resetKey: (key) => void windows.delete(key),
  };
}

function told({ hits, left }: Hit): ClientRateLimitInfo {
  return { totalHits: hits, resetTime: new Date(Date.now() + left) };
}
