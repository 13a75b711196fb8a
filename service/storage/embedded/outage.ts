import { SallyportError, StoreUnavailableError } from 'sallyport';

const BUGS = [TypeError, ReferenceError, RangeError, SyntaxError];

/** What a call rejects with: a bug stays one, all else is the store's. */
export function outage(error: unknown): unknown {
  if (error instanceof SallyportError || BUGS.some((bug) => error instanceof bug)) return error;
  return new StoreUnavailableError(1, { cause: error });
}

/**
 * lmdb says why a commit failed in a promise of its own, rejected by the time it is told of: one that nobody listened
 * to would end the process.
 */
export async function realCause(error: unknown): Promise<unknown> {
  if (!(error instanceof Error && 'commitError' in error)) return error;
  const toldNothing = new Promise((resolve) => setImmediate(resolve, error));
  return Promise.race([error.commitError, toldNothing]).catch((reason: unknown) => reason);
}
