/** What a challenge says besides its realm (RFC 6750 section 3, RFC 9449 section 7.1, RFC 9470 section 3). */
export interface Challenge {
  readonly error?:
    | 'invalid_request'
    | 'invalid_token'
    | 'insufficient_scope'
    | 'insufficient_user_authentication'
    | 'invalid_dpop_proof'
    | 'use_dpop_nonce';
  readonly scope?: string;
  /** Authentication context classes, any of which is enough, separated by spaces. */
  readonly acrValues?: string;
  /** Seconds since the user last authenticated, at most. */
  readonly maxAge?: number;
}

/** What would be enough of the user's authentication. */
export interface NeededAuthentication {
  /** Seconds since the user last authenticated. */
  readonly maxAgeSeconds?: number;
  /** Authentication context classes, any of which is enough. */
  readonly acr?: readonly string[];
}

/** Why a token or key was refused: for events and logs, and said to the caller in `detail`. */
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

/** A scheme that tokens may come under. */
export interface ChallengeScheme {
  readonly name: 'Bearer' | 'DPoP';
  /** For DPoP: the algorithms that a proof may be signed with, separated by spaces. */
  readonly algs?: string;
}

/** One at least. */
export type ChallengeSchemes = readonly [ChallengeScheme, ...ChallengeScheme[]];

/** What all challenges to one request say alike, whatever is wrong with it. */
export interface ChallengeTerms {
  /** In the order in which they are offered. */
  readonly schemes: ChallengeSchemes;
  /** The scheme that the request came under, and that is told what is wrong. */
  readonly used: ChallengeScheme['name'];
  /** Where the metadata of the protected resource is served (RFC 9728 section 5.1). */
  readonly resourceMetadata?: string;
}

export interface ErrorOptions {
  /** For the log only; never part of an answer. */
  readonly cause?: unknown;
}

/**
 * Names what an error of ours has, for every copy of this package in the process (another version, jest.resetModules): an
 * error says what to answer, so that one of another copy may be answered too. Proofs are never recognised like that. Whoever
 * changes the members below in a way that breaks readers changes the name.
 */
const BRAND = Symbol.for('sallyport.error.1');

/**
 * A failure with its HTTP status, code and headers. `detail` is shown to the caller, `cause` never. `status`, `statusCode`, `headers`
 * and `expose` are those of http-errors, so that the error handlers of other frameworks answer it rightly too.
 */
export abstract class SallyportError extends Error {
  abstract readonly status: number;
  /** Stable, for programs. */
  abstract readonly code: string;
  /** Stable, for people: RFC 9457 `title`. */
  abstract readonly title: string;
  /** The challenge of a 401, or of a 403 that a token with more scopes would avoid. */
  readonly challenge?: Challenge;
  /** Seconds until a repeat may help. */
  readonly retryAfter?: number;
  /** A 5xx that what the caller sent is to blame for: the address limit counts it as a refusal. */
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

  /** True for errors of any copy of this package; of the classes below each copy knows its own alone. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== SallyportError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return value instanceof Error && BRAND in value;
  }

  /** The same as `status`. */
  get statusCode(): number {
    return this.status;
  }

  /** Whether the caller may see the message: yes for the caller's mistakes (4xx), no for ours (5xx). */
  get expose(): boolean {
    return this.status < 500;
  }

  /** Every header the answer needs; Express's own error handler sends these too. */
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

/** A 401 offers every scheme; elsewhere the one that the request came under is enough. */
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
