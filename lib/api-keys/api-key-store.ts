/** An API key as it is stored, without the secret. Frozen. */
export interface ApiKeyRecord {
  /** The public id, a part of the key; unique among all users. */
  readonly id: string;
  /** SHA-256 of the whole key, hex. */
  readonly hash: string;
  /** The internal id of the user that the key authenticates. */
  readonly userId: string;
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /**
   * When the token that the key was made with was issued, in milliseconds since the epoch: a revocation of the user's
   * tokens of that time revokes the key too. Absent: `createdAt`.
   */
  readonly grantedAt?: number;
  /** Milliseconds since the epoch; undefined for a key that does not expire. */
  readonly expiresAt: number | undefined;
  /** Milliseconds since the epoch, exact to about a minute; undefined if it was never used. */
  readonly lastUsedAt: number | undefined;
  /** Addresses and CIDR ranges that the key may be used from. Absent: any. */
  readonly addresses?: readonly string[];
  /** The organization that the key acts for, `org_id` of `auth.payload`. Absent: none. */
  readonly organization?: string;
  /** The id of the key that replaces this one, which ends at `expiresAt`. Absent unless the key was rotated. */
  readonly replacedBy?: string;
}

/**
 * Stores API keys. Every method rejects with `StoreUnavailableError` when the store cannot be reached.
 */
export interface ApiKeyStore {
  /**
   * Required. Adds the key unless its user has `limit` keys already, also with concurrent calls from several processes;
   * expired keys count until they are deleted.
   */
  add(record: ApiKeyRecord, limit: number): Promise<'added' | 'limit'>;
  /** Required. `id` may be any string. */
  find(id: string): Promise<ApiKeyRecord | undefined>;
  /** Required. The keys of one user, oldest first. */
  list(userId: string): Promise<readonly ApiKeyRecord[]>;
  /** Required. Resolves with whether that user had the key; the key of another user is not deleted. */
  delete(userId: string, id: string): Promise<boolean>;
  /** Required. Deletes all keys of one user; may be repeated. Resolves with the number of deleted keys. */
  deleteAll(userId: string): Promise<number>;
  /**
   * Optional; without it keys cannot be rotated. Sets `replacedBy` and moves `expiresAt` to `until`, never to a later
   * time, in one atomic step. False, with no change, if that user has no such key or it was replaced before.
   */
  retire?(userId: string, id: string, replacedBy: string, until: number): Promise<boolean>;
  /** Required. Moves `lastUsedAt` forward, never back; must not create a key that was deleted. */
  noteUse(id: string, at: number): Promise<void>;
}
