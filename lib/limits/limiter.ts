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
  /** Counts in this process are known at once; those of a shared store are awaited. */
  readonly store: Store | MemoryCounts;
  readonly onEvent: OnEvent | undefined;
}

type Outcome = RateLimitedError | undefined;

/** How many keys that are over the limit are remembered; a key that is forgotten is counted in the store again. */
const MAX_SPENT = 10_000;

/** Counts a request under `key`, sets the headers of its answer, and gives the refusal once there are too many. */
export type Count = (key: string, request: Request, response: Response) => Outcome | Promise<Outcome>;

export type Limiter = Count & {
  /** Counts nothing, and gives the refusal of a key that this process knows to have had too many in this minute. */
  readonly peek: (key: string, request: Request, response: Response) => Outcome;
};

/**
 * The counting of express-rate-limit over its stores, without its handler: that hashes the key and waits six times for
 * each request, also where nothing is to be waited for.
 */
export function limiter({ by, limit, store, onEvent }: LimiterOptions): Limiter {
  const emit = safely(onEvent);
  const setHeaders = limitHeaders(by, limit);
  /** By key: when its minute ends, by `performance.now`. Made when it is needed: it takes its whole room at once. */
  let spent: LRUCache<string, number> | undefined;
  // Gives the store its options, all of those that a store of express-rate-limit may read.
  expressRateLimit({ windowMs: WINDOW_MS, limit, store, validate: false });

  function refuse(request: Request, response: Response, left: number): RateLimitedError {
    emit({ type: 'limited', by });
    const error = new RateLimitedError(Math.max(1, left));
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
    const left = Math.max(0, Math.ceil(msLeft / 1000));
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
      outcomeOf(key, request, response, totalHits, resetTime ? resetTime.getTime() - Date.now() : WINDOW_MS),
    );
  };
  return Object.assign(count, { peek });
}
