import type { ClientRateLimitInfo, Store } from 'express-rate-limit';
import { LRUCache } from 'lru-cache';
import { WINDOW_MS } from './limiter';

/** Keys counted at once; the longest unseen goes first, so that made-up addresses cannot fill the memory. */
const MAX_KEYS = 100_000;

interface Window {
  readonly hits: number;
  /** By `performance.now`: a clock that is set back must not make a minute longer. */
  readonly until: number;
}

export interface MemoryCounts extends Store {
  hits(key: string): number;
  increment(key: string): Promise<ClientRateLimitInfo>;
}

/**
 * Counts in this process. The memory store of express-rate-limit answers with the very object that it counts in: of
 * requests that come together each would read the count of them all, and every one be refused.
 */
export function memoryCounts(): MemoryCounts {
  const windows = new LRUCache<string, Window>({ max: MAX_KEYS });

  const current = (key: string): Window | undefined => {
    const window = windows.get(key);
    return window && performance.now() < window.until ? window : undefined;
  };
  const add = (key: string, hits: number): Window => {
    const before = current(key) ?? { hits: 0, until: performance.now() + WINDOW_MS };
    const window = { hits: Math.max(0, before.hits + hits), until: before.until };
    windows.set(key, window);
    return window;
  };

  return {
    localKeys: true,
    hits: (key) => current(key)?.hits ?? 0,
    increment: (key) => Promise.resolve(told(add(key, 1))),
    decrement: (key) => void add(key, -1),
    resetKey: (key) => void windows.delete(key),
  };
}

function told(window: Window): ClientRateLimitInfo {
  return { totalHits: window.hits, resetTime: new Date(Date.now() + window.until - performance.now()) };
}
