import type { SigningKeys, SigningKey } from '../key-ring';
import type { SigningAlgorithms } from '../sign-token';

/** What a token is for, in the provider's own words where it has some. */
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

/** For whom and when a token is made. Times in seconds since the epoch. */
export interface Occasion {
  readonly issuer: string;
  readonly audience: string | readonly string[];
  readonly subject: string;
  readonly iat: number;
  readonly exp: number;
  /** The keys that sign now; the first unless the token's header names the kid of another. */
  readonly keys: SigningKeys;
}

/** A token before it is signed. `alg` and `kid` are those of the key unless they are given here. */
export interface Draft {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A text is the whole token, as it is: an opaque one. */
export type Minting = (occasion: Occasion) => Draft | string;

/** Where an animal is served. */
export interface Place {
  readonly origin: string;
  readonly issuer: string;
  readonly jwksUri: string;
}

/** What one provider publishes and issues. */
export interface Animal {
  /** The `iss` of its tokens where it listens to nobody. */
  readonly issuer: string;
  /** What follows the origin in `iss` over HTTP: '', or a path, with a slash at its end where the provider has one. */
  readonly path: string;
  /** Of its JWK Set, below the origin. */
  readonly jwksPath: string;
  readonly audience: string;
  readonly subject: string;
  readonly lifetimeSeconds: number;
  /** One signing key for each. */
  readonly algorithms: SigningAlgorithms;
  /** `count`: how many keys there were before. */
  readonly newKid: (count: number) => string;
  /** Whether the key that will sign next is in the set beforehand. */
  readonly publishesNext: boolean;
  readonly jwks: (published: readonly SigningKey[], issuer: string) => unknown;
  readonly discovery: (place: Place) => Readonly<Record<string, unknown>>;
  /** Of the answer that carries the JWK Set. */
  readonly jwksHeaders: Readonly<Record<string, string>>;
  /** The kind that is meant to be sent to an API, which `token()` makes. */
  readonly sends: TokenKind;
  readonly tokens: Readonly<Partial<Record<TokenKind, Minting>>>;
}

export const JSON_TYPE = { 'content-type': 'application/json' } as const;
