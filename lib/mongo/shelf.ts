import type { Identity } from '../auth';
import type { UserRecord } from '../users/user-record';

/** All entries of one kind that a store keeps, as they are kept: for moving them into another store. */
export interface Shelf<T> {
  /** Every entry, some at a time. */
  read(): AsyncIterable<readonly T[]>;
  /** What is kept under the key of each of these. */
  find(entries: readonly T[]): Promise<readonly (T | undefined)[]>;
  /** Adds those whose key is free. What is there stays as it is, so adding again does no harm. */
  add(entries: readonly T[]): Promise<void>;
}

/** All that is known of one identity, its tombstones too. */
export interface UserEntry extends Identity {
  readonly record: UserRecord;
}
