import type { RequestHandler } from 'express';
import { InternalError } from '../errors';

/**
 * Handlers in a row as one handler; whatever one throws or rejects with goes to `next`, as Express does it. A failure
 * that is no error would read as "go on" there, as undefined and "route" do, so it becomes one first.
 */
export function chain(handlers: readonly RequestHandler[]): RequestHandler {
  return function runChain(request, response, next) {
    let index = 0;
    const fail = (failure: unknown): void => {
      next(failure instanceof Error ? failure : new InternalError({ cause: failure }));
    };
    const step = (failure?: unknown): void => {
      const handler = failure === undefined ? handlers[index++] : undefined;
      if (!handler) {
        next(failure);
        return;
      }
      try {
        const outcome: unknown = handler(request, response, step);
        if (outcome instanceof Promise) outcome.catch(fail);
      } catch (error) {
        fail(error);
      }
    };
    step();
  };
}
