import { InternalError } from '../errors';

/**
 * What may be handed to `next`: there undefined and "route" mean "go on", so a rejection that is no error becomes one
 * first, and opens no door.
 */
export function failureOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new InternalError({ cause: thrown });
}
