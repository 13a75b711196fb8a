import type { ApiKeyRecord } from './api-key-store';

export interface ApiKeyWish {
  /** What its user calls it. */
  readonly name: string;
  /** What it may do. Default: all that every user may give. */
  readonly scopes?: readonly string[];
  /**
   * Milliseconds since the epoch; null: never, which only a key of everybody's scopes may ask for. Default: never for
   * those, and in 30 days for a key that has other scopes, which lasts a year (366 days) at most.
   */
  readonly expiresAt?: number | null;
  /**
   * When the caller's token was issued (`iat`), in milliseconds since the epoch: a revocation of the user that refuses the
   * token refuses the key too, also where it comes to us later than the key was made. Default: now.
   */
  readonly grantedAt?: number;
  /** Where the key may come from: addresses and CIDR ranges, 1 to 50 of them. Default: from anywhere. */
  readonly addresses?: readonly string[];
  /**
   * The organization that the key acts for, as `org_id` in `auth.payload`: one of those that the caller's token is of. Such a
   * key expires as one with further scopes does: its maker may leave the organization, and the key would not. Default: none.
   */
  readonly organization?: string;
}

export type IssueOutcome =
  | { readonly outcome: 'issued'; readonly key: string; readonly record: ApiKeyRecord }
  | { readonly outcome: 'limit' };

/** What the caller's token says that may be handed on to a key. */
export interface Held {
  /** Of the token: each may be handed on. */
  readonly scopes: readonly string[];
  /** That the token is of, of which one may be handed on. Default: none. */
  readonly organizations?: readonly string[];
}
