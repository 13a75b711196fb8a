import type { ErrorRequestHandler, Request } from 'express';
import type { SallyportError } from '../errors';
import { safely, type OnEvent } from '../events';
import { refuseUnknown } from '../options';
import { named } from '../problems/foreign-errors';
import { report } from '../problems/report';
import { writeToStderr } from '../problems/stderr';
import { termsOf } from '../passage/challenge-terms';
import { isProven } from '../passage/proof';
import { tellRefused } from '../passage/refusals';
import { requestIdOf } from '../passage/request-id';
import { realmOf } from './realm';

/** Called with every 5xx. `error.cause` is what was thrown, if that was not an error of sallyport. */
export type OnError = (error: SallyportError, request: Request, requestId: string) => void;

export interface ProblemDetailsOptions {
  /** The realm of `WWW-Authenticate` (RFC 9110 section 11.5). Default "api". */
  readonly realm?: string;
  /**
   * Called with every 5xx and its cause, for the host's log. Default: written to stderr like Express does, except if
   * the app's setting `env` (NODE_ENV) is "test".
   */
  readonly onError?: OnError;
  /** Called with `refused` events that were not emitted before, such as for errors of the host's own handlers. */
  readonly onEvent?: OnEvent;
}

/** Problem details (RFC 9457) with `code`, `requestId` and the extension members of the error. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
}

/**
 * The error handler: answers with `application/problem+json`, and with the status, challenge and headers of the error.
 * Mount it last. An unknown error is answered with 500 `internal`, without stack, message or token.
 *
 * @throws {TypeError} at mount, for an option that is unknown or malformed.
 *
 * @example
 * app.use(problemDetails({ onError: (error) => console.error(error) })); // the last middleware
 */
export function problemDetails(options: ProblemDetailsOptions = {}): ErrorRequestHandler {
  refuseUnknown('problemDetails', options, ['realm', 'onError', 'onEvent']);
  const realm = realmOf('problemDetails', options);
  const { onError, onEvent } = options;
  if (onError !== undefined && typeof onError !== 'function') {
    throw new TypeError('problemDetails: "onError" must be a function');
  }
  const tell = onEvent && safely(onEvent);

  return function answerProblem(failure: unknown, request, response, next) {
    const error = named(failure, isProven(request));
    const requestId = requestIdOf(request, response);
    if (error.status >= 500 && onError) report(() => onError(error, request, requestId));
    tellRefused(request, response, error, tell);
    if (response.headersSent) {
      // The default handler of Express closes the connection, and writes the failure to stderr.
      next(failure);
      return;
    }
    if (error.status >= 500 && !onError) writeToStderr(failure, request);
    response
      .status(error.status)
      .set(error.headersFor(realm, termsOf(request)))
      .set('Cache-Control', 'no-store');
    response.type('application/problem+json').send(JSON.stringify(problemOf(error, requestId)));
  };
}

/**
 * Returns the body of the answer, for answers that are not sent by Express.
 *
 * @example
 * const body = problemOf(new NotOwnerError(), 'request-1'); // { status: 403, code: 'not_owner', ... }
 */
export function problemOf(error: SallyportError, requestId: string): Problem {
  const { title, status, detail, code } = error;
  return {
    type: `urn:sallyport:problem:${code}`,
    title,
    status,
    detail,
    code,
    ...error.extensions,
    requestId,
  };
}
