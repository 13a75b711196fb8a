import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { InvalidTokenError, SallyportError } from 'sallyport';
import { exchangeOf } from '../http/exchanges';
import { requestIdOf } from '../http/request-id';
import type { Logger } from './logger';
import { quietly } from './quietly';
import { scrub } from './scrub';
import { traceIdOf } from './trace-id';

const MAX_PATH = 512;
const MAX_ROLES = 20;

/**
 * Logs one line per request when the exchange ends. For accepted requests it names no user, only method, path and
 * roles.
 */
export function requestLog(logger: Logger): RequestHandler {
  return function logRequest(request, response, next) {
    const start = performance.now();
    exchangeOf(response).onEnd(() => {
      const path = pathOf(request);
      const traceId = traceIdOf(request.headers['traceparent']);
      const line = {
        requestId: requestIdOf(response),
        ...(traceId !== undefined && { trace_id: traceId }),
        method: request.method,
        path,
        ...outcomeOf(request, response),
        durationMs: Math.round((performance.now() - start) * 10) / 10,
      };
      logger[levelOf(path, response)](line, 'request');
    });
    next();
  };
}

/**
 * Scrubbed before it is cut, since half a credential is not recognized as one. Shorter paths are scrubbed by the
 * logger.
 */
function pathOf({ originalUrl }: Request): string {
  const [path = ''] = originalUrl.split('?', 1);
  return path.length > MAX_PATH ? scrub(path).slice(0, MAX_PATH) : path;
}

function outcomeOf(request: Request, response: Response): object {
  const { failure } = exchangeOf(response);
  const roles = request.auth?.roles ?? [];
  return {
    ...(response.headersSent && { status: response.statusCode }),
    ...(roles.length > 0 && { roles: roles.slice(0, MAX_ROLES) }),
    ...(failure !== undefined && refusalOf(failure, request, response)),
    ...((request.errored !== null || !exchangeOf(response).answered()) && { aborted: true }),
  };
}

/** Why the request was refused, and who was, as far as a signature or key proves it. */
function refusalOf(failure: unknown, { auth }: Request, response: Response): object {
  const token = failure instanceof InvalidTokenError ? failure : undefined;
  const proven = token ? token.proven : auth;
  const kid = token ? token.kid : auth?.header.kid;
  const { address } = exchangeOf(response);
  return {
    code: failure instanceof SallyportError ? failure.code : 'internal',
    ...(token && { reason: token.reason, ...token.mismatch }),
    ...(proven && { issuer: proven.issuer, subject: proven.subject }),
    ...(kid !== undefined && { kid }),
    ...(address !== undefined && { address }),
  };
}

/** Health checks are frequent, so they are logged at level info or above only if they fail. */
function levelOf(path: string, { statusCode }: Response): 'warn' | 'info' | 'debug' {
  if (statusCode >= 500) return 'warn';
  return path.startsWith('/health/') ? 'debug' : 'info';
}

/**
 * Stores the failure for the request's log line, and logs bugs and failures with a cause in full. In an outage every
 * request has the same cause: it is logged every 10 s, with the number of suppressed lines.
 */
export function failureLog(logger: Logger, now: () => number = Date.now): ErrorRequestHandler {
  const unsaid = quietly(now);
  return function logFailure(error: unknown, request, response, next) {
    // Read now, since a closed connection has no address.
    Object.assign(exchangeOf(response), { failure: error, address: request.ip });
    const requestId = requestIdOf(response);
    if (!(error instanceof SallyportError) || error.status === 500) {
      logger.error({ requestId, err: error }, 'internal error');
    } else if (error.status === 503 && error.cause !== undefined) {
      const { code, cause } = error;
      const repeated = unsaid(`${code} ${cause instanceof Error ? cause.message : typeof cause}`);
      if (repeated !== undefined) {
        logger.warn({ requestId, code, err: cause, ...(repeated > 0 && { repeated }) }, 'unavailable');
      }
    }
    next(error);
  };
}
