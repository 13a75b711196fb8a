import type { NextFunction } from 'express';
import { InternalError } from '../errors';

/**
 * An error that may be passed to `next`. For `next`, undefined and "route" mean "go on": a rejection with such a value
 * is turned into an error first, so that it cannot skip authentication.
 */
export function failureOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new InternalError({ cause: thrown });
}

/** Express 4 ignores a promise that a handler returns: a rejection would be unhandled, and the request unanswered. */
export function toNext(outcome: Promise<void> | void, next: NextFunction): Promise<void> | void {
  return outcome?.then(undefined, (failure: unknown) => {
    next(failureOf(failure));
  });
}
