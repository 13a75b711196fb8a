import type { Store } from 'express-rate-limit';
import type { RequestHandler } from 'express';
import type { Auth, Identity } from '../auth';
import { safely, type OnEvent } from '../events';
import { identityKey } from '../identity';
import { hasMethods } from '../options';
import { toNext } from '../passage/failure';
import { nextOrder, withLimit, type Limit } from '../passage/limits';
import { passageOf } from '../passage/passage';
import { authOf } from '../passage/proof';
import { provenanceOf } from '../provenance';
import { limiter } from './limiter';
import { memoryCounts } from './memory-counts';
import { refusedSubject } from './refused-subject';
import { steadyStore } from './steady-store';

export interface SubjectLimitOptions {
  /** Limits each authenticated caller. Mount after `authenticate`. */
  readonly by: 'subject';
  /** Requests per minute. Default 120. */
  readonly perMinute?: number;
  /** Store of express-rate-limit for the counts; several instances need a shared one. Default: the memory of this process. */
  readonly store?: Store;
  readonly onEvent?: OnEvent;
}

export type SubjectLimit = RequestHandler & {
  /**
   * Mount it before `authenticate`. Counts refusals after a valid signature against the token's subject as well, and
   * refuses a subject with too many of them before the `jti` of another DPoP proof is stored.
   */
  readonly refusals: RequestHandler;
};

/** Counts in the shared store. While it fails, this process counts in memory (fallback) and emits `limiter_failed`. */
export function limitSubject(limit: number, options: SubjectLimitOptions): SubjectLimit {
  if (options.store !== undefined && !hasMethods(options.store, ['increment', 'decrement', 'resetKey'])) {
    throw new TypeError('rateLimit: "store" must be a store of express-rate-limit');
  }
  const store = options.store ? steadyStore(options.store, safely(options.onEvent)) : memoryCounts();
  const count = limiter({ by: 'subject', limit, store, onEvent: options.onEvent });

  const limitBySubject: RequestHandler = (request, response, next): void | Promise<void> => {
    const auth = authOf(request);
    const passage = passageOf(request);
    if (!passage.countOnce(limitBySubject)) {
      next();
      return;
    }
    const outcome = count(keyOf(auth), request, response);
    if (outcome instanceof Promise) return toNext(outcome.then(next), next);
    next(outcome);
  };

  const ofRefusals: Limit = {
    order: nextOrder(),
    enter: () => undefined,
    leave: () => undefined,
    admit: (auth, request, response) => count.peek(keyOf(auth), request, response),
    refused(error, request, response) {
      const subject = refusedSubject(error);
      return subject && count(refusedKey(subject), request, response);
    },
  };
  const refusals: RequestHandler = (request, _response, next) => {
    const passage = passageOf(request);
    passage.limits = withLimit(passage.limits, ofRefusals);
    next();
  };
  return Object.assign(limitBySubject, { refusals });
}

function keyOf(auth: Auth): string {
  return provenanceOf(auth)?.identity ?? identityKey(auth);
}

/** Refusals are counted separately, so that somebody with an old token of a user cannot use up that user's rate limit. */
function refusedKey({ issuer, subject }: Identity): string {
  return JSON.stringify([issuer, subject, 'refused']);
}
