/** An API key as it is kept: the secret itself is not. Frozen. */
export interface ApiKeyRecord {
  /** The public part of the key, unique over all users. */
  readonly id: string;
  /** SHA-256 of the whole key, hex. */
  readonly hash: string;
  /** The internal id of the user whom the key speaks for. */
  readonly userId: string;
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /**
   * When the token that the key was made with was issued, in milliseconds since the epoch: what ends the tokens of that time
   * ends the key too. Absent: `createdAt`.
   */
  readonly grantedAt?: number;
  /** Milliseconds since the epoch; undefined for a key that does not expire. */
  readonly expiresAt: number | undefined;
  /** Milliseconds since the epoch, to the minute or so; undefined while it was never used. */
  readonly lastUsedAt: number | undefined;
  /** Where it may come from: addresses and CIDR ranges. Absent: from anywhere. */
  readonly addresses?: readonly string[];
  /** The organization that it acts for, as `org_id` of `auth.payload`. Absent: none. */
  readonly organization?: string;
  /** The id of the key that takes its place: this one ends at `expiresAt`. Absent while it was not rotated. */
  readonly replacedBy?: string;
}

/**
 * API keys by user. Every method rejects with `StoreUnavailableError` when the store can't be reached.
 */
export interface ApiKeyStore {
  /**
   * Required. Adds the key unless its user has `limit` already, however many calls race over however many processes;
   * expired keys count until they are deleted.
   */
  add(record: ApiKeyRecord, limit: number): Promise<'added' | 'limit'>;
  /** Required. Any string may be asked for. */
  find(id: string): Promise<ApiKeyRecord | undefined>;
  /** Required. One user's, oldest first. */
  list(userId: string): Promise<readonly ApiKeyRecord[]>;
  /** Required. Whether that user had it; another user's key stays. */
  delete(userId: string, id: string): Promise<boolean>;
  /** Required. All of one user's; repeatable. Returns how many went. */
  deleteAll(userId: string): Promise<number>;
  /**
   * Optional; without it keys cannot be rotated. Notes `replacedBy` and moves `expiresAt` to `until`, never to a later time,
   * in one atomic step. False, and nothing is changed, where that user has no such key or it was replaced before.
   */
  retire?(userId: string, id: string, replacedBy: string, until: number): Promise<boolean>;
  /** Required. Moves `lastUsedAt` forward, never back; a key that is gone stays gone. */
  noteUse(id: string, at: number): Promise<void>;
}
