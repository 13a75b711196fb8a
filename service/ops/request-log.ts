import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { SallyportError } from 'sallyport';
import { requestIdOf } from '../http/request-id';
import type { Logger } from './logger';
import { scrub } from './scrub';

const failures = new WeakMap<Response, unknown>();

/** One line a request, when its answer has gone or its caller has: who asked what stays out, but for method and path. */
export function requestLog(logger: Logger): RequestHandler {
  return function logRequest(request, response, next) {
    const start = performance.now();
    response.once('close', () => {
      const failure = failures.get(response);
      const line = {
        requestId: requestIdOf(response),
        method: request.method,
        path: scrub(request.originalUrl.split('?', 1)[0] ?? '').slice(0, 512),
        status: response.statusCode,
        ...(failure !== undefined && { code: failure instanceof SallyportError ? failure.code : 'internal' }),
        durationMs: Math.round((performance.now() - start) * 10) / 10,
        ...(!response.writableFinished && { aborted: true }),
      };
      if (response.statusCode >= 500) logger.warn(line, 'request');
      else logger.info(line, 'request');
    });
    next();
  };
}

/** Remembers the failure for the request's line, and logs one that is a bug, or has a cause worth reading, whole. */
export function failureLog(logger: Logger): ErrorRequestHandler {
  return function logFailure(error: unknown, _request, response, next) {
    failures.set(response, error);
    const requestId = requestIdOf(response);
    if (!(error instanceof SallyportError) || error.status === 500) {
      logger.error({ requestId, err: error }, 'internal error');
    } else if (error.status === 503 && error.cause !== undefined) {
      logger.warn({ requestId, code: error.code, err: error.cause }, 'unavailable');
    }
    next(error);
  };
}
