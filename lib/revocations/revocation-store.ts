/** What a revocation names: a token by its `jti`, session by `sid`, signing input, API key or subject. */
export type RevokedBy = 'jti' | 'sid' | 'token' | 'key' | 'subject';

interface Named {
  /** Acts within this issuer only. */
  readonly issuer: string;
  /** The `jti`, `sid`, token fingerprint, API key id or subject: any string, compared character by character. */
  readonly value: string;
  /** Milliseconds since the epoch; nothing it could refuse is left after that. */
  readonly until: number;
}

export interface CredentialRevocation extends Named {
  readonly by: Exclude<RevokedBy, 'subject'>;
}

/** Refuses what the subject was given up to `at`, and nothing given later. */
export interface SubjectRevocation extends Named {
  readonly by: 'subject';
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export type Revocation = CredentialRevocation | SubjectRevocation;

/** A subject revocation without `at` is dated by the store's own clock. */
export type NewRevocation = CredentialRevocation | (Omit<SubjectRevocation, 'at'> & { readonly at?: number });

export interface RevocationPage {
  readonly revocations: readonly Revocation[];
  /** Where the next read goes on. Only the store that gave it can read it. */
  readonly position: string;
  /**
   * Optional. The store's own clock at the read, in milliseconds since the epoch: feeds reckon with it, so that an
   * instance whose clock is wrong neither keeps too short nor forgets too soon.
   */
  readonly now?: number;
}

/** How far a read reaches back behind its position: writes may become visible out of the order they were stamped in. */
export const READ_OVERLAP_MS = 10_000;

/**
 * Where revocations are kept, for all instances. One entry for each (`by`, `issuer`, `value`).
 * Order is the store's own, a sequence or its server's clock, never the clock of an instance.
 * Every method rejects with `StoreUnavailableError` when the store can't be reached.
 */
export interface RevocationStore {
  /**
   * Required. Resolves once the entries are durable, with each as it is kept now: a repeat never shortens `until`
   * nor moves `at` back. Not atomic over several: after a rejection some may be kept, and repeating is harmless.
   */
  add(revocations: readonly NewRevocation[]): Promise<readonly Revocation[]>;
  /**
   * Required. Without `after` everything that is kept; with it everything added or lengthened since, and, in a store
   * whose order is a clock, once more what came in the `READ_OVERLAP_MS` before. Entries told twice do no harm.
   */
  read(after?: string): Promise<RevocationPage>;
  /**
   * Required. Forgets entries whose `until` is before this many milliseconds since the epoch and past by the store's own
   * clock too: an instance whose clock is ahead must not forget for all. Returns how many.
   */
  removeExpired(before: number): Promise<number>;
  /**
   * Optional. Calls `onChange` soon after anybody added something; returns how to stop. It is only a hint to read
   * now: reads go on each second without it, so one that falls silent loses nothing.
   */
  watch?(onChange: () => void): () => void;
}
