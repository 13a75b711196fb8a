import type { Identity } from '../auth';
import type { UserRecord } from '../users/user-record';

/** All stored entries of one kind, unchanged: for migrating them to another store. */
export interface Shelf<T> {
  /** Every entry, in batches. */
  read(): AsyncIterable<readonly T[]>;
  /** The stored entries with the same keys, in the same order; undefined where there is none. */
  find(entries: readonly T[]): Promise<readonly (T | undefined)[]>;
  /** Adds those whose key is not stored yet, and changes no others: adding again is idempotent. */
  add(entries: readonly T[]): Promise<void>;
}

/** All that is stored for one identity, its tombstones too. */
export interface UserEntry extends Identity {
  readonly record: UserRecord;
}
