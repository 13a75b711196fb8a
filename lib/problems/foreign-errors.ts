import {
  InsufficientScopeError,
  InternalError,
  InvalidRequestError,
  InvalidTokenError,
  MissingCredentialsError,
  SallyportError,
} from '../errors';

/** A refusal of Express or a body parser in our table's words (http-errors: `status`, `type`). */
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
 * Any failure as one of ours. What cannot be named is a bug: 500, and never a 401. Express, http-errors and
 * express-oauth2-jwt-bearer spell a status twice; a lone `status`, as axios has it, is what another server answered us.
 */
export function named(error: unknown): SallyportError {
  if (error instanceof SallyportError) return error;
  if (!(error instanceof Error)) return new InternalError({ cause: error });
  const { status, statusCode, code } = error as { status?: unknown; statusCode?: unknown; code?: unknown };
  if (status !== statusCode) return new InternalError({ cause: error });
  switch (status) {
    case 400:
      return (error as { type?: unknown }).type === 'entity.parse.failed'
        ? new ForeignError(400, 'invalid_body', 'Invalid body', 'The body is not valid JSON.', error)
        : new InvalidRequestError('The request is malformed.', { cause: error });
    case 401:
      return code === 'invalid_token'
        ? new InvalidTokenError('claims', 'The token does not have the claims that this needs.', {
            cause: error,
          })
        : new MissingCredentialsError(undefined, { cause: error });
    case 403:
      return new InsufficientScopeError(challengedScopes(error), { cause: error });
    case 404:
      return new ForeignError(404, 'not_found', 'Not found', 'There is nothing here.', error);
    case 413:
      return new ForeignError(413, 'body_too_large', 'Body too large', 'The body is too large.', error);
    case 415:
      return new ForeignError(
        415,
        'unsupported_media_type',
        'Unsupported media type',
        'Send JSON in UTF-8.',
        error,
      );
    default:
      return new InternalError({ cause: error });
  }
}

/** The guards of express-oauth2-jwt-bearer name the missing scopes only in the challenge they prepare. */
function challengedScopes(error: Error): readonly string[] {
  const { headers } = error as { headers?: Record<string, unknown> };
  const challenge = headers?.['WWW-Authenticate'];
  const scope = typeof challenge === 'string' ? /scope="([^"\\]*)"/.exec(challenge)?.[1] : undefined;
  return scope?.split(' ').filter(Boolean) ?? [];
}
