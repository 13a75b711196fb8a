/** What a revocation refers to: a token's `jti`, a session's `sid`, a token's signing input, an API key, a subject. */
export type RevokedBy = 'jti' | 'sid' | 'token' | 'key' | 'subject';

interface Named {
  /** Applies to credentials of this issuer only. */
  readonly issuer: string;
  /** The `jti`, `sid`, token fingerprint, API key id or subject: any string, compared exactly. */
  readonly value: string;
  /** Milliseconds since the epoch; after that, no credential that it refuses is accepted anyway. */
  readonly until: number;
}

export interface CredentialRevocation extends Named {
  readonly by: Exclude<RevokedBy, 'subject'>;
}

/** Refuses every credential that was issued to the subject up to `at`, and none that was issued later. */
export interface SubjectRevocation extends Named {
  readonly by: 'subject';
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export type Revocation = CredentialRevocation | SubjectRevocation;

/** A subject revocation without `at` gets the time of the store's clock. */
export type NewRevocation = CredentialRevocation | (Omit<SubjectRevocation, 'at'> & { readonly at?: number });

export interface RevocationPage {
  readonly revocations: readonly Revocation[];
  /** Where the next read continues. Opaque: only the store that returned it can read it. */
  readonly position: string;
  /**
   * Optional. The store's clock at the time of the read, in milliseconds since the epoch. Feeds correct their own clock
   * by it, so that an instance whose clock is wrong neither keeps revocations too short nor drops them too soon.
   */
  readonly now?: number;
}

/** How far a read goes back behind its position: writes may become visible in another order than their times say. */
export const READ_OVERLAP_MS = 10_000;

/**
 * Stores revocations for all instances. One entry for each (`by`, `issuer`, `value`).
 * The order of entries is the store's: a sequence or its server's clock, never the clock of an instance.
 * Every method rejects with `StoreUnavailableError` when the store cannot be reached.
 */
export interface RevocationStore {
  /**
   * Required. Resolves once the entries are durable, with each as it is stored now: adding it again never shortens
   * `until` nor moves `at` back. Not atomic: after a rejection some may be stored; the call may be repeated.
   */
  add(revocations: readonly NewRevocation[]): Promise<readonly Revocation[]>;
  /**
   * Required. Without `after`, everything that is stored; with it, every entry that was added or extended since. A
   * store that orders by a clock returns those of the `READ_OVERLAP_MS` before again: repeated entries are harmless.
   */
  read(after?: string): Promise<RevocationPage>;
  /**
   * Required. Deletes entries whose `until` is before `before` (milliseconds since the epoch) and before the store's
   * own clock: an instance whose clock is ahead must not delete for all. Returns the number of deleted entries.
   */
  removeExpired(before: number): Promise<number>;
  /**
   * Optional. Calls `onChange` soon after an instance has added something; returns a function that stops it. Only a
   * hint to read earlier: reads go on every `pollMs` without it, so missed notifications lose nothing.
   */
  watch?(onChange: () => void): () => void;
}
