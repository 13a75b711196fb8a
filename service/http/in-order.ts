import type { NextFunction, Request, RequestHandler, Response } from 'express';

/**
 * Handlers that run one behind the other, as one: for each that is mounted by itself Express's router searches and
 * allocates more than most of them do. Each may throw, reject, or call `next` when it likes, as Express lets it.
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

/** A handler that throws is done: what it throws goes past those behind it. */
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
