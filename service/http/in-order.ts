import type { RequestHandler } from 'express';

/**
 * Middlewares that run one behind the other, as one: for each that is mounted by itself Express's router searches and
 * allocates more than most of them do. For those that are done when they call `next`, or throw.
 */
export function inOrder(...handlers: readonly RequestHandler[]): RequestHandler {
  return function runInOrder(request, response, next) {
    let index = 0;
    const advance = (error?: unknown): void => {
      if (error !== undefined) {
        next(error);
        return;
      }
      const handler = handlers[index];
      index += 1;
      if (handler) void handler(request, response, advance);
      else next();
    };
    advance();
  };
}
