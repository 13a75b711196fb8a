import type { Identity, User } from '../auth';

export interface Profile {
  readonly email?: string;
  readonly name?: string;
}

/** Marks an erased user: webhooks cannot bring them back, and rows with the id are deleted. */
export interface Tombstone extends Identity {
  /** The internal id of the erased user; undefined if the identity was erased before it ever had a user. */
  readonly userId: string | undefined;
  /** Milliseconds since the epoch. */
  readonly erasedAt: number;
}

/**
 * Stores users. Every method rejects with `StoreUnavailableError` when the store cannot be reached,
 * and every user it returns is frozen.
 */
export interface UserStore {
  /**
   * Required. Exactly one user for an identity, also with concurrent calls from several processes. Rejects with
   * `InvalidTokenError` (`revoked`) unless `issuedAt`, the earliest time in milliseconds since the epoch at which the
   * credential may have been issued, is after the last erasure: a request that was concurrent with the erasure must not
   * create the user again. Without `issuedAt` no credential is refused.
   */
  getOrCreate(identity: Identity, issuedAt?: number): Promise<User>;
  /** Required. */
  find(identity: Identity): Promise<User | undefined>;
  /**
   * Required. Creates or updates the user from a webhook. `profile` is complete: a field that it lacks is deleted.
   * `updatedAt` (milliseconds since the epoch) orders the calls: `stale`, with no change, if it is not after the last
   * one applied or the last erasure. `erased`, with no change, for an identity with a tombstone and no living user.
   */
  fill(identity: Identity, profile: Profile, updatedAt: number): Promise<'applied' | 'stale' | 'erased'>;
  /**
   * Required. Writes the tombstone and deletes the living user in one atomic step: afterwards `find` resolves with
   * undefined, and `getOrCreate` creates a user with a new id. Resolves with the tombstones of the identity, oldest
   * first; a repeat adds none while there is no living user. At least the latest five are kept, and a limited number,
   * so that the cost of an erasure does not grow with the number of earlier ones.
   */
  bury(identity: Identity, erasedAt: number): Promise<readonly Tombstone[]>;
  /**
   * Required. Tombstones with `erasedAt` at or after `since` (milliseconds since the epoch), oldest first, to delete
   * rows that requests concurrent with an erasure have written.
   */
  buried(since: number): Promise<readonly Tombstone[]>;
}
