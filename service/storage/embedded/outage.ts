import { SallyportError, StoreUnavailableError } from 'sallyport';

const BUGS = [TypeError, ReferenceError, RangeError, SyntaxError];

/**
 * The error that a call rejects with: bugs and our own errors stay as they are, all others become
 * `StoreUnavailableError`.
 */
export function outage(error: unknown): unknown {
  if (error instanceof SallyportError || BUGS.some((bug) => error instanceof bug)) return error;
  return new StoreUnavailableError(1, { cause: error });
}

/**
 * lmdb gives the reason for a failed commit in a separate promise, `commitError`, which is rejected by then. Without a
 * listener that rejection would end the process.
 */
export async function realCause(error: unknown): Promise<unknown> {
  if (!(error instanceof Error && 'commitError' in error)) return error;
  const toldNothing = new Promise((resolve) => setImmediate(resolve, error));
  return Promise.race([error.commitError, toldNothing]).catch((reason: unknown) => reason);
}
