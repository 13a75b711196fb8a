import { rateLimit as expressRateLimit, type Store } from 'express-rate-limit';
import type { Request, Response } from 'express';
import { LRUCache } from 'lru-cache';
import { RateLimitedError } from '../errors';
import { safely, type OnEvent } from '../events';
import { tellRefused } from '../passage/refusals';
import { limitHeaders } from './limit-headers';
import { WINDOW_MS, type MemoryCounts } from './memory-counts';

export interface LimiterOptions {
  readonly by: 'address' | 'subject';
  readonly limit: number;
  /** `MemoryCounts` answers synchronously; a shared store is awaited. */
  readonly store: Store | MemoryCounts;
  readonly onEvent: OnEvent | undefined;
}

type Outcome = RateLimitedError | undefined;

/** Greatest number of keys over the limit that are cached; others are counted in the store again. */
const MAX_SPENT = 10_000;

/** Counts a request under `key`, sets the headers of its answer, and returns the refusal (429) above the limit. */
export type Count = (key: string, request: Request, response: Response) => Outcome | Promise<Outcome>;

export type Limiter = Count & {
  /** Does not count. Returns the refusal (429) for a key that this process has seen above the limit in this minute. */
  readonly peek: (key: string, request: Request, response: Response) => Outcome;
};

/**
 * Counts as express-rate-limit does, in its stores, but without its handler: that hashes the key and awaits six promises
 * for each request, even if the count is in memory.
 */
export function limiter({ by, limit, store, onEvent }: LimiterOptions): Limiter {
  const emit = safely(onEvent);
  const setHeaders = limitHeaders(by, limit);
  /** By key: the end of its window, by `performance.now`. Created when needed, since it allocates all its memory at once. */
  let spent: LRUCache<string, number> | undefined;
  // Initialises the store with every option that a store of express-rate-limit may read.
  expressRateLimit({ windowMs: WINDOW_MS, limit, store, validate: false });

  function refuse(request: Request, response: Response, left: number): RateLimitedError {
    emit({ type: 'limited', by });
    const error = new RateLimitedError(left);
    tellRefused(request, response, error, onEvent && emit);
    return error;
  }

  function outcomeOf(
    key: string,
    request: Request,
    response: Response,
    hits: number,
    msLeft: number,
  ): Outcome {
    // A refused client is told to wait, also if the clock of a shared store is behind.
    const left = Math.max(hits > limit ? 1 : 0, Math.ceil(msLeft / 1000));
    setHeaders(response, key, hits, left);
    if (hits <= limit) return undefined;
    spent ??= new LRUCache({ max: MAX_SPENT });
    spent.set(key, performance.now() + msLeft);
    return refuse(request, response, left);
  }

  function peek(key: string, request: Request, response: Response): Outcome {
    const msLeft = (spent?.get(key) ?? 0) - performance.now();
    return msLeft > 0 ? outcomeOf(key, request, response, limit + 1, msLeft) : undefined;
  }

  const count = (key: string, request: Request, response: Response): Outcome | Promise<Outcome> => {
    if ('hit' in store) {
      const { hits, left } = store.hit(key);
      return outcomeOf(key, request, response, hits, left);
    }
    return Promise.resolve(store.increment(key)).then(({ totalHits, resetTime }) =>
      outcomeOf(key, request, response, totalHits, msUntil(resetTime)),
    );
  };
  return Object.assign(count, { peek });
}

/** A whole window without a time. At most one, since the clock of a shared store may be ahead. */
function msUntil(resetTime: Date | undefined): number {
  return resetTime ? Math.min(resetTime.getTime() - Date.now(), WINDOW_MS) : WINDOW_MS;
}
