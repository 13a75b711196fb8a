import type { SigningKeys, SigningKey } from '../key-ring';
import type { SigningAlgorithms } from '../sign-token';

/** What a token is for, named as by the provider where it has a name. */
export type TokenKind =
  | 'access'
  | 'access-at+jwt'
  | 'access-v1'
  | 'anon-key'
  | 'anonymous'
  | 'api-server'
  | 'custom'
  | 'emulator'
  | 'id'
  | 'legacy'
  | 'logout'
  | 'machine'
  | 'oauth'
  | 'org-access'
  | 'pull-request'
  | 'refresh'
  | 'session'
  | 'session-cookie'
  | 'template';

/** The data of a new token. Times in seconds since the epoch. */
export interface Occasion {
  readonly issuer: string;
  readonly audience: string | readonly string[];
  readonly subject: string;
  readonly iat: number;
  readonly exp: number;
  /** The current keys; the first signs unless the token's header has the kid of another. */
  readonly keys: SigningKeys;
}

/** A token before it is signed. `alg` and `kid` default to those of the key. */
export interface Draft {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Returns a draft, or a string for an opaque token, which is used as it is. */
export type Minting = (occasion: Occasion) => Draft | string;

/** URLs of a test issuer. */
export interface Place {
  readonly origin: string;
  readonly issuer: string;
  readonly jwksUri: string;
}

/** What one provider publishes and issues. */
export interface Animal {
  /** The `iss` of its tokens in process, where it has no server. */
  readonly issuer: string;
  /** The part of `iss` after the origin, over HTTP: '', or a path, with a final slash if the provider has one. */
  readonly path: string;
  /** Path of its JWK Set. */
  readonly jwksPath: string;
  readonly audience: string;
  readonly subject: string;
  readonly lifetimeSeconds: number;
  /** One signing key is created for each. */
  readonly algorithms: SigningAlgorithms;
  /** `count`: the number of keys so far. */
  readonly newKid: (count: number) => string;
  /** Whether the next signing key is in the JWK Set before it signs. */
  readonly publishesNext: boolean;
  readonly jwks: (published: readonly SigningKey[], issuer: string) => unknown;
  readonly discovery: (place: Place) => Readonly<Record<string, unknown>>;
  /** Headers of the response with the JWK Set. */
  readonly jwksHeaders: Readonly<Record<string, string>>;
  /** The kind that clients send to APIs, which `token()` makes. */
  readonly sends: TokenKind;
  readonly tokens: Readonly<Partial<Record<TokenKind, Minting>>>;
}

export const JSON_TYPE = { 'content-type': 'application/json' } as const;
