/** The kinds of credential that a request may carry. */
export type CredentialKind = 'token' | 'api-key';

/** A credential as an extractor found it, not verified yet. */
export interface Credential {
  readonly kind: CredentialKind;
  readonly credential: string;
  /** The proof that came with it under the scheme DPoP (RFC 9449 section 7.1); undefined under any other. */
  readonly dpopProof?: string;
}

/** Registered claims (RFC 7519 section 4.1) and whatever else the issuer put beside them. */
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
 * The authenticated caller. Frozen, and never holds the credential itself. `Claims` types what the issuer puts into
 * the payload beside the registered claims: see `authOf`.
 */
export interface Auth<Claims extends object = JwtPayload> {
  readonly kind: CredentialKind;
  readonly issuer: string;
  readonly subject: string;
  readonly scopes: readonly string[];
  /** Where `roles` says that the token holds them; none for an API key. */
  readonly roles: readonly string[];
  /** Seconds since the epoch; undefined for a credential that does not expire. */
  readonly expiresAt: number | undefined;
  /** The token's claims; for an API key the claims it stands for (`iss`, `sub`, `scope`, `exp`). */
  readonly payload: JwtPayload & Claims;
  /** The token's header; empty for an API key. */
  readonly header: JwtHeader;
}

/** The same subject of two issuers is two people: only the pair names a user. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

/** A user as this system knows them. Frozen. */
export interface User extends Identity {
  /** Internal id: what the user's rows hang on. A user who was erased and comes back gets another. */
  readonly id: string;
  readonly email?: string;
  readonly name?: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/**
 * Decides who a caller is: resolves with who calls or rejects with a `SallyportError`.
 * `signal` ends only this caller's wait; work that others share goes on.
 */
export type Verifier<C = string> = (credential: C, signal?: AbortSignal) => Promise<Auth>;
