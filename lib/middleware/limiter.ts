import type { Request, Response } from 'express';
import { rateLimit as expressRateLimit, type RateLimitRequestHandler, type Store } from 'express-rate-limit';
import { InternalError, RateLimitedError, SallyportError } from '../errors';
import type { OnEvent } from '../events';

export const WINDOW_MS = 60_000;

export interface LimiterOptions {
  readonly by: 'address' | 'subject';
  readonly limit: number;
  readonly store: Store;
  readonly key: (request: Request) => string;
  readonly emit: OnEvent;
}

/** express-rate-limit with our answer: counts, sets the draft-8 headers, and fails as `RateLimitedError`. */
export function limiter({ by, limit, store, key, emit }: LimiterOptions): RateLimitRequestHandler {
  return expressRateLimit({
    windowMs: WINDOW_MS,
    limit,
    store,
    keyGenerator: key,
    identifier: by,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    requestPropertyName: 'rateLimit',
    // Its checks guess at misuse from what they see of a host and print to the console; ours are made at mount.
    validate: false,
    handler: (request, _response, next) => {
      emit({ type: 'limited', by });
      next(new RateLimitedError(secondsLeft(request)));
    },
  });
}

/** Counts as the limiter does in the chain, and resolves with its refusal or undefined. */
export function countedOutcome(
  count: RateLimitRequestHandler,
  request: Request,
  response: Response,
): Promise<SallyportError | undefined> {
  return new Promise((resolve) => {
    void count(request, response, (outcome?: unknown) => {
      const named = outcome === undefined || outcome instanceof SallyportError;
      resolve(named ? outcome : new InternalError({ cause: outcome }));
    });
  });
}

function secondsLeft(request: Request): number {
  const { rateLimit } = request as Request & { rateLimit?: { resetTime?: Date } };
  const left = (rateLimit?.resetTime?.getTime() ?? Date.now() + WINDOW_MS) - Date.now();
  return Math.max(1, Math.ceil(left / 1000));
}
