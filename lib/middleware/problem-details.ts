import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { DEFAULT_REALM, InternalError, type SallyportError } from '../errors';
import { safely, type OnEvent } from '../events';
import { refuseUnknown } from '../options';
import { named } from '../problems/foreign-errors';
import { tellRefused } from '../passage/refusals';

export interface ProblemDetailsOptions {
  /** The realm of `WWW-Authenticate` (RFC 9110 section 11.5). Default "api". */
  readonly realm?: string;
  /** Told every 5xx with its cause, for the host's log. */
  readonly onError?: (error: SallyportError, request: Request, requestId: string) => void;
  readonly onEvent?: OnEvent;
}

/** RFC 9457, with what our contract adds. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
}

/**
 * Turns a failure into an answer: `application/problem+json` with its status, challenge and headers. Mount it last. What
 * it cannot name becomes 500 `internal`, which says nothing: no stack, no library's message, no token.
 */
export function problemDetails(options: ProblemDetailsOptions = {}): ErrorRequestHandler {
  refuseUnknown('problemDetails', options, ['realm', 'onError', 'onEvent']);
  const { realm = DEFAULT_REALM, onError } = options;
  if (!/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(realm)) {
    throw new TypeError('problemDetails: "realm" must be printable ASCII without quotes and backslashes');
  }
  const emit = safely(options.onEvent);

  return function answerProblem(failure: unknown, request, response, next) {
    const error = named(failure);
    const requestId = requestIdOf(request, response);
    if (error.status >= 500) report(() => onError?.(error, request, requestId));
    tellRefused(request, error, emit);
    if (response.headersSent) {
      next(failure);
      return;
    }
    response.status(error.status).set(error.headersFor(realm)).set('Cache-Control', 'no-store');
    response.type('application/problem+json').send(JSON.stringify(problemOf(error, requestId)));
  };
}

/** The document alone, for answers that are not written through Express. */
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

/** The id that the host gave the request, as its answer carries it; else one made here, which the log gets too. */
function requestIdOf(request: Request, response: Response): string {
  const given = response.getHeader('X-Request-Id');
  if (typeof given === 'string') return given;
  const { id } = request as { id?: unknown };
  return typeof id === 'string' ? id : randomUUID();
}

function report(tell: () => void): void {
  try {
    tell();
  } catch (cause) {
    // A log that throws must not take the answer with it.
    process.emitWarning(new InternalError({ cause }));
  }
}
