import type { NextFunction, Request, RequestHandler, Response } from 'express';

/**
 * Combines handlers into one that runs them in order. Express's router searches and allocates for each handler that is
 * mounted separately, which costs more than most of these handlers. As in Express, a handler may throw, reject, or call
 * `next` later.
 */
export function inOrder(...handlers: readonly RequestHandler[]): RequestHandler {
  return function runInOrder(request, response, next) {
    let index = 0;
    const advance = (error?: unknown): void => {
      const handler = error === undefined ? handlers[index] : undefined;
      index += 1;
      if (handler) run(handler, request, response, advance, next);
      else next(error);
    };
    advance();
  };
}

/** An error that a handler throws skips the handlers after it. */
function run(
  handler: RequestHandler,
  request: Request,
  response: Response,
  advance: NextFunction,
  fail: NextFunction,
): void {
  try {
    const result: unknown = handler(request, response, advance);
    if (isPromise(result)) result.then(undefined, fail);
  } catch (error) {
    fail(error);
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
