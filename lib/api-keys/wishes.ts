import type { ApiKeyRecord } from './api-key-store';

export interface ApiKeyWish {
  /** A name for the user to recognise the key by. */
  readonly name: string;
  /** Default: the option `scopes` of `apiKeys`, those that every user may give. */
  readonly scopes?: readonly string[];
  /**
   * Milliseconds since the epoch; null: never, for a key with scopes that every user may give only. Default: never for
   * such a key; in 30 days for a key with other scopes, which expires in 366 days at most.
   */
  readonly expiresAt?: number | null;
  /**
   * When the caller's token was issued (`iat`), in milliseconds since the epoch: a revocation of the user that refuses
   * the token also refuses the key, even if the key was made before it arrived here. Default: now.
   */
  readonly grantedAt?: number;
  /** Addresses and CIDR ranges that the key may be used from, 1 to 50. Default: any. */
  readonly addresses?: readonly string[];
  /**
   * The organization that the key acts for, `org_id` in `auth.payload`: one of those of the caller's token. Such a key
   * must expire, as one with other scopes: the user may leave the organization, and the key would not. Default: none.
   */
  readonly organization?: string;
}

export type IssueOutcome =
  | { readonly outcome: 'issued'; readonly key: string; readonly record: ApiKeyRecord }
  | { readonly outcome: 'limit' };

/** What the caller's token has, and a key may get. */
export interface Held {
  /** The scopes of the token. */
  readonly scopes: readonly string[];
  /** The organizations of the token. Default: none. */
  readonly organizations?: readonly string[];
}
