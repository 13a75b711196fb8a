import type { Identity, User } from '../auth';

export interface Profile {
  readonly email?: string;
  readonly name?: string;
}

/** An erased user's mark: keeps webhooks from bringing them back, and names the id whose rows must stay gone. */
export interface Tombstone extends Identity {
  /** The internal id that was theirs; undefined when they were erased before they were ever seen. */
  readonly userId: string | undefined;
  /** Milliseconds since the epoch. */
  readonly erasedAt: number;
}

/**
 * Where users live. Every method rejects with `StoreUnavailableError` when the store can't be reached,
 * and every user handed out is frozen.
 */
export interface UserStore {
  /**
   * Required. Exactly one user for an identity, however many calls race over however many processes.
   * A proof of who they are that was issued by `issuedAt` (milliseconds), and they were erased since, is refused with
   * `InvalidTokenError` (`revoked`): a request that raced with the erasure must not bring them back.
   */
  getOrCreate(identity: Identity, issuedAt?: number): Promise<User>;
  /** Required. */
  find(identity: Identity): Promise<User | undefined>;
  /**
   * Required. Creates or fills from a webhook. The profile is the whole of it: a field that it lacks is cleared.
   * `updatedAt` (milliseconds) orders them: one that is not newer than the last applied, or than the last erasure,
   * is `stale` and changes nothing. An identity with a tombstone and no living user is `erased` and stays so.
   */
  fill(identity: Identity, profile: Profile, updatedAt: number): Promise<'applied' | 'stale' | 'erased'>;
  /**
   * Required. Writes the tombstone and takes the living user away in one atomic step: afterwards `find` knows nobody,
   * and `getOrCreate` makes a new user with a new id. Returns the tombstones of the identity, oldest first; a repeat
   * with nobody living adds none. Of an identity that is erased over and over at least the latest five are kept, and a
   * bounded number: an erasure must not cost more the more there were.
   */
  bury(identity: Identity, erasedAt: number): Promise<readonly Tombstone[]>;
  /**
   * Required. Tombstones with `erasedAt` at or after `since` (milliseconds), oldest first, for sweeping what raced with
   * an erasure.
   */
  buried(since: number): Promise<readonly Tombstone[]>;
}
