/** The parameters of a challenge besides the realm (RFC 6750 section 3, RFC 9449 section 7.1, RFC 9470 section 3). */
export interface Challenge {
  readonly error?:
    | 'invalid_request'
    | 'invalid_token'
    | 'insufficient_scope'
    | 'insufficient_user_authentication'
    | 'invalid_dpop_proof'
    | 'use_dpop_nonce';
  readonly scope?: string;
  /** Authentication context classes (`acr`), any of which is enough, separated by spaces. */
  readonly acrValues?: string;
  /** Greatest number of seconds since the user authenticated. */
  readonly maxAge?: number;
}

/** The authentication of the user that a route requires. */
export interface NeededAuthentication {
  /** Greatest number of seconds since the user authenticated. */
  readonly maxAgeSeconds?: number;
  /** Authentication context classes (`acr`), any of which is enough. */
  readonly acr?: readonly string[];
}

/** Why a token or key was refused: for events and logs. The caller gets `detail`. */
export type InvalidTokenReason =
  | 'malformed'
  | 'header'
  | 'algorithm'
  | 'unknown_issuer'
  | 'unknown_key'
  | 'signature'
  | 'claims'
  | 'expired'
  | 'not_yet_valid'
  | 'audience'
  | 'authorized_party'
  | 'subject'
  | 'proof'
  | 'too_old'
  | 'revoked'
  | 'api_key'
  | 'address';

/** An authentication scheme for tokens. */
export interface ChallengeScheme {
  readonly name: 'Bearer' | 'DPoP';
  /** For DPoP: the algorithms that are accepted for proofs, separated by spaces. */
  readonly algs?: string;
}

/** One at least. */
export type ChallengeSchemes = readonly [ChallengeScheme, ...ChallengeScheme[]];

/** What is the same in every challenge to a request, whatever the error. */
export interface ChallengeTerms {
  /** In the order of the challenges. */
  readonly schemes: ChallengeSchemes;
  /** The scheme of the request; its challenge has the error. */
  readonly used: ChallengeScheme['name'];
  /** URL of the metadata of the protected resource (RFC 9728 section 5.1). */
  readonly resourceMetadata?: string;
}

export interface ErrorOptions {
  /** For the log only; never part of an answer. */
  readonly cause?: unknown;
}

/**
 * Marks the errors of every copy of this package in the process (another version, jest.resetModules), so that this copy
 * answers those of another one with their own status. Proofs are never recognised like that. Rename it with any change
 * of the members below that breaks readers.
 */
const BRAND = Symbol.for('sallyport.error.1');

/**
 * An error with its HTTP status, code and headers. `detail` is shown to the caller, `cause` never. `status`,
 * `statusCode`, `headers` and `expose` are those of http-errors, which error handlers of other frameworks use as well.
 */
export abstract class SallyportError extends Error {
  abstract readonly status: number;
  /** For programs; does not change between versions. */
  abstract readonly code: string;
  /** For people: `title` of RFC 9457; does not change between versions. */
  abstract readonly title: string;
  /** The challenge (`WWW-Authenticate`) of a 401, or of a 403 that a token with more scopes would avoid. */
  readonly challenge?: Challenge;
  /** Seconds after which to retry (`Retry-After`). */
  readonly retryAfter?: number;
  /** A 5xx caused by the content of the request: counts as a refusal against the address limit. */
  readonly causedByCaller?: boolean;
  /** Further response headers, such as `Allow`. */
  readonly extraHeaders?: Readonly<Record<string, string>>;
  /** Further members of the problem document, such as `errors`. */
  readonly extensions?: Readonly<Record<string, unknown>>;

  constructor(
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.name = new.target.name;
  }

  static {
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }

  /** True for errors of any copy of this package. For subclasses, only for those of the same copy. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== SallyportError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return value instanceof Error && BRAND in value;
  }

  /** The same as `status`. */
  get statusCode(): number {
    return this.status;
  }

  /** Whether the message may be shown to the caller: true for 4xx, false for 5xx. */
  get expose(): boolean {
    return this.status < 500;
  }

  /** All headers of the answer; the error handler of Express sends them too. */
  get headers(): Record<string, string> {
    return this.headersFor(DEFAULT_REALM);
  }

  headersFor(realm: string, terms: ChallengeTerms = BEARER_ALONE): Record<string, string> {
    return {
      ...this.extraHeaders,
      ...(this.challenge && { 'WWW-Authenticate': challenges(this.status, realm, this.challenge, terms) }),
      ...(this.retryAfter !== undefined && { 'Retry-After': String(this.retryAfter) }),
    };
  }
}

const NOTHING: Challenge = {};
const BEARER_ALONE: ChallengeTerms = { schemes: [{ name: 'Bearer' }], used: 'Bearer' };

/** A 401 has a challenge for every scheme; other answers only for the scheme of the request. */
function challenges(status: number, realm: string, challenge: Challenge, terms: ChallengeTerms): string {
  const { schemes, used, resourceMetadata } = terms;
  const offered = status === 401 ? schemes : schemes.filter(({ name }) => name === used);
  const said = offered.map(({ name, algs }) => {
    const { error, scope, acrValues, maxAge } = name === used ? challenge : NOTHING;
    const wrong = { error, scope, acr_values: acrValues, max_age: maxAge };
    return formatChallenge(name, { realm, ...wrong, algs, resource_metadata: resourceMetadata });
  });
  return said.join(', ');
}

export const DEFAULT_REALM = 'api';

function formatChallenge(
  scheme: string,
  parameters: Readonly<Record<string, string | number | undefined>>,
): string {
  const said = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return `${scheme} ${said.map(([name, value]) => `${name}="${String(value)}"`).join(', ')}`;
}
