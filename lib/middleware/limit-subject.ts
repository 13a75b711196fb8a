import type { Store } from 'express-rate-limit';
import type { Request, RequestHandler, Response } from 'express';
import type { Identity } from '../auth';
import { InvalidTokenError, type SallyportError } from '../errors';
import { safely, type OnEvent } from '../events';
import { hasMethods } from '../options';
import { countedOutcome, limiter } from './limiter';
import { memoryCounts } from './memory-counts';
import { authOf } from './proof';
import { onRefusal } from './refusals';
import { steadyStore } from './steady-store';

export interface SubjectLimitOptions {
  /** Limits each authenticated caller. Mount after `authenticate`. */
  readonly by: 'subject';
  /** Requests per minute. Default 120. */
  readonly perMinute?: number;
  /** Where the counts live; share it between instances. Default: this process. */
  readonly store?: Store;
  readonly onEvent?: OnEvent;
}

export type SubjectLimit = RequestHandler & {
  /** Mounted before `authenticate`, this counts refusals after a good signature against their subject as well. */
  readonly refusals: RequestHandler;
};

/** Counts in the shared store; when that fails, in this process's memory, and says so in an event. */
export function limitSubject(limit: number, options: SubjectLimitOptions): SubjectLimit {
  if (options.store !== undefined && !hasMethods(options.store, ['increment', 'decrement', 'resetKey'])) {
    throw new TypeError('rateLimit: "store" must be a store of express-rate-limit');
  }
  const emit = safely(options.onEvent);
  const store: Store = options.store ? steadyStore(options.store, emit) : memoryCounts();
  const keys = new WeakMap<Request, string>();
  const key = (request: Request): string => keys.get(request) ?? '';
  const count = limiter({ by: 'subject', limit, store, key, emit });
  const seen = new WeakSet<Request>();

  async function limitBySubject(...[request, response, next]: Parameters<RequestHandler>): Promise<void> {
    if (seen.has(request)) {
      next();
      return;
    }
    seen.add(request);
    keys.set(request, keyOf(authOf(request)));
    await count(request, response, next);
  }

  async function countRefusal(request: Request, response: Response, error: SallyportError) {
    if (!(error instanceof InvalidTokenError) || !error.proven) return undefined;
    keys.set(request, keyOf(error.proven, 'refused'));
    return countedOutcome(count, request, response);
  }

  const refusals: RequestHandler = (request, response, next) => {
    onRefusal(request, (error) => countRefusal(request, response, error));
    next();
  };
  return Object.assign(limitBySubject, { refusals });
}

/**
 * The pair as JSON: no issuer and subject can be spelled as another pair. Refusals have a count of their own, lest
 * whoever finds an old token of somebody's could use their requests up with it.
 */
function keyOf({ issuer, subject }: Identity, ...count: ['refused'] | []): string {
  return JSON.stringify([issuer, subject, ...count]);
}
