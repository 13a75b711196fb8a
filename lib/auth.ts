/** The kinds of credential that are accepted. */
export type CredentialKind = 'token' | 'api-key';

/** A credential as read from the request by an extractor, before it is verified. */
export interface Credential {
  readonly kind: CredentialKind;
  readonly credential: string;
  /** The proof that was sent with a token under the scheme DPoP (RFC 9449 section 7.1); undefined under another. */
  readonly dpopProof?: string;
}

/** Registered claims (RFC 7519 section 4.1) and any others that the issuer adds. */
export interface JwtPayload {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | string[];
  /** Seconds since the epoch. */
  readonly exp?: number;
  /** Seconds since the epoch. */
  readonly nbf?: number;
  /** Seconds since the epoch. */
  readonly iat?: number;
  readonly jti?: string;
  readonly [claim: string]: unknown;
}

/** JOSE header parameters (RFC 7515 section 4.1). */
export interface JwtHeader {
  readonly alg?: string;
  readonly kid?: string;
  readonly typ?: string;
  readonly [parameter: string]: unknown;
}

/**
 * The authenticated caller. Frozen; never contains the credential itself. `Claims` is the type of the claims beside the
 * registered ones: see `authOf`.
 */
export interface Auth<Claims extends object = JwtPayload> {
  readonly kind: CredentialKind;
  readonly issuer: string;
  readonly subject: string;
  readonly scopes: readonly string[];
  /** Read by the option `roles`; empty without it and for an API key. */
  readonly roles: readonly string[];
  /** Seconds since the epoch; undefined for a credential that does not expire. */
  readonly expiresAt: number | undefined;
  /** The claims of the token; for an API key `iss`, `sub`, `scope`, and `exp` and `org_id` if it has them. */
  readonly payload: JwtPayload & Claims;
  /** The header of the token; empty for an API key. */
  readonly header: JwtHeader;
}

/** Identifies a user: the same subject at two issuers is two users. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

/** A user as stored by this app. Frozen. */
export interface User extends Identity {
  /** Internal id, for references from your own data. A user who was erased and comes back gets a new one. */
  readonly id: string;
  readonly email?: string;
  readonly name?: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/**
 * Verifies a credential: resolves with the caller or rejects with a `SallyportError`. `signal` ends only this caller's
 * wait; work that is shared with others goes on.
 */
export type Verifier<C = string> = (credential: C, signal?: AbortSignal) => Promise<Auth>;
