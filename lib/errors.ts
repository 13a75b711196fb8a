import type { Identity } from './auth';
import {
  SallyportError,
  type Challenge,
  type ErrorOptions,
  type InvalidTokenReason,
  type NeededAuthentication,
} from './sallyport-error';

export * from './sallyport-error';

/** Malformed or ambiguous credentials, path, query or headers. */
export class InvalidRequestError extends SallyportError {
  readonly status = 400;
  readonly code = 'invalid_request';
  readonly title = 'Invalid request';
}

/** No credential was sent. The challenge names no error (RFC 6750 section 3.1). */
export class MissingCredentialsError extends SallyportError {
  readonly status = 401;
  readonly code = 'missing_credentials';
  readonly title = 'Authentication required';
  override readonly challenge: Challenge = {};

  constructor(detail = 'Send credentials with this request.', options?: ErrorOptions) {
    super(detail, options);
  }
}

/** The detail for every refused API key, so that the answer does not reveal the reason. */
export const WRONG_API_KEY = 'The API key is not valid.';

/** A wrong issuer or audience, for the host's log: at most 200 characters, no control characters, no credential. */
export interface Mismatch {
  readonly expected: string;
  /** Absent if the token has no such claim. Not verified unless `proven` is set. */
  readonly received?: string;
}

export interface InvalidTokenOptions extends ErrorOptions {
  readonly mismatch?: Mismatch;
  /** Set if the signature or API key was valid: it counts against this subject, except for the reason `address`. */
  readonly proven?: Identity;
}

/** A well-formed token or API key that is not valid: wrong, expired, revoked or for another audience. */
export class InvalidTokenError extends SallyportError {
  readonly status = 401;
  readonly code = 'invalid_token';
  readonly title = 'Invalid token';
  override readonly challenge: Challenge = { error: 'invalid_token' };
  readonly proven?: Identity;
  /** Never part of the answer. */
  readonly mismatch?: Mismatch;
  /** From the token's header, for the host's log, as `mismatch`. Not verified unless `proven` is set. */
  readonly kid?: string;

  constructor(
    readonly reason: InvalidTokenReason,
    detail: string,
    { proven, mismatch, ...options }: InvalidTokenOptions = {},
  ) {
    super(detail, options);
    Object.assign(this, proven && { proven }, mismatch && { mismatch });
  }
}

/** The path parameter names another user. */
export class NotOwnerError extends SallyportError {
  readonly status = 403;
  readonly code = 'not_owner';
  readonly title = 'Not the owner';

  constructor(detail = 'This belongs to another user.', options?: ErrorOptions) {
    super(detail, options);
  }
}

export interface InsufficientScopeOptions extends ErrorOptions {
  /** One of the scopes is enough; the challenge names the first. Default false: all are needed and named. */
  readonly any?: boolean;
}

/** The caller is authenticated but lacks a scope; the challenge names a sufficient scope (RFC 6750 section 3). */
export class InsufficientScopeError extends SallyportError {
  readonly status = 403;
  readonly code = 'insufficient_scope';
  readonly title = 'Insufficient scope';
  override readonly challenge: Challenge;

  constructor(
    readonly required: readonly string[],
    { any = false, ...options }: InsufficientScopeOptions = {},
  ) {
    const enough = any ? required.slice(0, 1) : required;
    super(needed('scope', required, any), options);
    this.challenge = { error: 'insufficient_scope', ...(enough.length > 0 && { scope: enough.join(' ') }) };
  }
}

/** The caller is authenticated but has none of the roles. No challenge: a new token would have the same roles. */
export class InsufficientRoleError extends SallyportError {
  readonly status = 403;
  readonly code = 'insufficient_role';
  readonly title = 'Insufficient role';

  constructor(
    readonly required: readonly string[],
    options?: ErrorOptions,
  ) {
    super(needed('role', required, true), options);
  }
}

/**
 * The user signed in too long ago, or with too weak a method. The challenge names what is required, so that the client
 * can ask the authorization server for it (RFC 9470 section 3).
 */
export class InsufficientAuthenticationError extends SallyportError {
  readonly status = 401;
  readonly code = 'insufficient_authentication';
  readonly title = 'Insufficient authentication';
  override readonly challenge: Challenge;

  constructor(
    readonly required: NeededAuthentication,
    options?: ErrorOptions,
  ) {
    super('This needs a more recent or a stronger sign-in.', options);
    const { maxAgeSeconds, acr } = required;
    this.challenge = {
      error: 'insufficient_user_authentication',
      ...(acr && { acrValues: acr.join(' ') }),
      ...(maxAgeSeconds !== undefined && { maxAge: maxAgeSeconds }),
    };
  }
}

function needed(what: 'scope' | 'role', required: readonly string[], any: boolean): string {
  if (required.length === 0) return `This needs more ${what}.`;
  if (any && required.length > 1) return `This needs one of the ${what}s ${required.join(', ')}.`;
  return `This needs the ${what} ${required.join(' ')}.`;
}

/** An API key was sent to a route that requires a user's own token. */
export class TokenRequiredError extends SallyportError {
  readonly status = 403;
  readonly code = 'token_required';
  readonly title = "A user's token is required";

  constructor(detail = 'An API key cannot do this; sign in and use a token.') {
    super(detail);
  }
}

export class RateLimitedError extends SallyportError {
  readonly status = 429;
  readonly code = 'rate_limited';
  readonly title = 'Too many requests';

  constructor(override readonly retryAfter: number) {
    super(`Too many requests; try again in ${String(retryAfter)} s.`);
  }
}

/** A bug in sallyport or in a function of the host. The answer has no details; `onError` gets the `cause`. */
export class InternalError extends SallyportError {
  readonly status = 500;
  readonly code = 'internal';
  readonly title = 'Internal error';

  constructor(options?: ErrorOptions) {
    super('Something went wrong on our side.', options);
  }
}

/** The issuer's keys (JWKS) cannot be read: an outage, never a 401. The client may retry after `retryAfter` seconds. */
export class KeysUnavailableError extends SallyportError {
  readonly status = 503;
  readonly code = 'keys_unavailable';
  readonly title = 'Signing keys unavailable';

  constructor(
    override readonly retryAfter: number,
    options?: ErrorOptions,
  ) {
    super("The issuer's keys cannot be read at the moment.", options);
  }
}

export class StoreUnavailableError extends SallyportError {
  readonly status = 503;
  readonly code = 'store_unavailable';
  readonly title = 'Store unavailable';

  constructor(
    override readonly retryAfter = 1,
    options?: ErrorOptions,
  ) {
    super('The store cannot be reached at the moment.', options);
  }
}

export class RevocationsUnavailableError extends SallyportError {
  readonly status = 503;
  readonly code = 'revocations_unavailable';
  readonly title = 'Revocations unavailable';

  constructor(
    override readonly retryAfter = 1,
    options?: ErrorOptions,
  ) {
    super('Revocations cannot be read at the moment.', options);
  }
}
