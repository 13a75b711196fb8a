import {
  InsufficientScopeError,
  InternalError,
  InvalidRequestError,
  InvalidTokenError,
  MissingCredentialsError,
  SallyportError,
} from '../errors';
import type { ForeignProperties } from './foreign-properties';
import { asHostError } from './host-errors';

/** An error of a body parser or a guard, with the status and code of our table of errors. */
class ForeignError extends SallyportError {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    detail: string,
    cause: unknown,
  ) {
    super(detail, { cause });
  }
}

/**
 * Converts any error to a `SallyportError`. An unknown error is a bug: 500, never 401. A `status` alone does not count,
 * since axios and undici set it to what another server answered; only the forms below do. `isProven`: whether the chain
 * has authenticated the caller.
 */
export function named(error: unknown, isProven: boolean): SallyportError {
  if (error instanceof SallyportError) return error;
  if (!(error instanceof Error)) return new InternalError({ cause: error });
  return (
    asParserError(error) ??
    asPathError(error) ??
    asHostError(error) ??
    asGuardError(error, isProven) ??
    new InternalError({ cause: error })
  );
}

/** Errors of body-parser and raw-body. Their messages are not used, since they repeat parts of the request. */
function asParserError(error: Error & ForeignProperties): SallyportError | undefined {
  switch (error.type) {
    case 'entity.parse.failed':
      return new ForeignError(400, 'invalid_body', 'Invalid body', 'The body is not valid JSON.', error);
    case 'entity.too.large':
      return new ForeignError(413, 'body_too_large', 'Body too large', 'The body is too large.', error);
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return new ForeignError(
        415,
        'unsupported_media_type',
        'Unsupported media type',
        'Send JSON in UTF-8.',
        error,
      );
    case 'request.aborted':
    case 'request.size.invalid':
    case 'parameters.too.many':
    case 'querystring.parse.rangeError':
      return malformed(error);
    default:
      // The body could not be decompressed: body-parser passes on the error of zlib.
      return error.status === 400 && typeof error.errno === 'number' ? malformed(error) : undefined;
  }
}

/** The error of Express for a malformed path such as `/%E0`. */
function asPathError(error: Error & ForeignProperties): SallyportError | undefined {
  if (!(error instanceof URIError) || error.status !== 400) return undefined;
  return malformed(error);
}

function malformed(cause: Error): SallyportError {
  return new InvalidRequestError('The request is malformed.', { cause });
}

/**
 * Errors of the guards of express-oauth2-jwt-bearer, mounted behind our chain. They answer 401 if a claim has another
 * value than required: the token is valid then, and a new one would have the same claim, so this answers 403.
 */
function asGuardError(error: Error & ForeignProperties, isProven: boolean): SallyportError | undefined {
  const { name, status, code } = error;
  const challenge = challengeOf(error);
  if (challenge === undefined) return undefined;
  if (status === 400 && error.statusCode === 400) return malformed(error);
  if (status === 403 && code === 'insufficient_scope') {
    return new InsufficientScopeError(challengedScopes(challenge), { cause: error });
  }
  if (status === 401 && code === 'invalid_token') {
    const detail = 'The token does not have the claims that this needs.';
    if (isProven && name === 'InvalidTokenError') {
      return new ForeignError(403, 'insufficient_claims', 'Insufficient claims', detail, error);
    }
    return new InvalidTokenError('claims', detail, { cause: error });
  }
  if (status === 401 && name === 'UnauthorizedError') {
    return new MissingCredentialsError(undefined, { cause: error });
  }
  return undefined;
}

function challengeOf({ headers }: ForeignProperties): string | undefined {
  const challenge = (headers as Record<string, unknown> | null | undefined)?.['WWW-Authenticate'];
  return typeof challenge === 'string' ? challenge : undefined;
}

/** These errors name the missing scopes only in their `WWW-Authenticate` header. */
function challengedScopes(challenge: string): readonly string[] {
  const scope = /scope="([^"\\]*)"/.exec(challenge)?.[1];
  return scope?.split(' ').filter(Boolean) ?? [];
}
