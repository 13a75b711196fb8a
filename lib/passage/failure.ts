import type { NextFunction } from 'express';
import { InternalError } from '../errors';

/**
 * What may be handed to `next`: there undefined and "route" mean "go on", so a rejection that is no error becomes one
 * first, and opens no door.
 */
export function failureOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new InternalError({ cause: thrown });
}

/** Express 4 looks at no promise that a handler returns: its rejection would go unhandled, and the request unanswered. */
export function toNext(outcome: Promise<void> | void, next: NextFunction): Promise<void> | void {
  return outcome?.then(undefined, (failure: unknown) => {
    next(failureOf(failure));
  });
}
