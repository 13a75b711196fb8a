import { InternalError } from '../errors';

/** A log function that throws or rejects must neither prevent the answer nor end the process. */
export function report(tell: () => unknown): void {
  const warn = (cause: unknown): void => {
    process.emitWarning(new InternalError({ cause }));
  };
  try {
    const outcome = tell();
    if (outcome instanceof Promise) outcome.catch(warn);
  } catch (cause) {
    warn(cause);
  }
}
