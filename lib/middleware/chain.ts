import type { RequestHandler } from 'express';
import { failureOf } from '../passage/failure';

/** Combines handlers into one. Like Express, passes to `next` what one of them throws or rejects with. */
export function chain(handlers: readonly RequestHandler[]): RequestHandler {
  return function runChain(request, response, next) {
    let index = 0;
    const fail = (failure: unknown): void => {
      next(failureOf(failure));
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
