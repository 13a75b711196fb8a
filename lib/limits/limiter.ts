import { rateLimit as expressRateLimit, type Store } from 'express-rate-limit';
import type { Response } from 'express';
import { RateLimitedError } from '../errors';
import type { OnEvent } from '../events';
import { limitHeaders } from './limit-headers';
import { WINDOW_MS, type MemoryCounts } from './memory-counts';

export interface LimiterOptions {
  readonly by: 'address' | 'subject';
  readonly limit: number;
  /** Counts in this process are known at once; those of a shared store are awaited. */
  readonly store: Store | MemoryCounts;
  readonly emit: OnEvent;
}

type Outcome = RateLimitedError | undefined;

/** Counts a request under `key`, sets the headers of its answer, and gives the refusal once there are too many. */
export type Limiter = (key: string, response: Response) => Outcome | Promise<Outcome>;

/**
 * The counting of express-rate-limit over its stores, without its handler: that hashes the key and waits six times for
 * each request, also where nothing is to be waited for.
 */
export function limiter({ by, limit, store, emit }: LimiterOptions): Limiter {
  const setHeaders = limitHeaders(by, limit);
  // Gives the store its options, all of those that a store of express-rate-limit may read.
  expressRateLimit({ windowMs: WINDOW_MS, limit, store, validate: false });

  function outcomeOf(key: string, response: Response, hits: number, msLeft: number): Outcome {
    const left = Math.max(0, Math.ceil(msLeft / 1000));
    setHeaders(response, key, hits, left);
    if (hits <= limit) return undefined;
    emit({ type: 'limited', by });
    return new RateLimitedError(Math.max(1, left));
  }

  return function count(key, response) {
    if ('hit' in store) {
      const { hits, until } = store.hit(key);
      return outcomeOf(key, response, hits, until - performance.now());
    }
    return Promise.resolve(store.increment(key)).then(({ totalHits, resetTime }) =>
      outcomeOf(key, response, totalHits, resetTime ? resetTime.getTime() - Date.now() : WINDOW_MS),
    );
  };
}
