import type { Auth } from '../auth';
import type { Revocation, RevokedBy } from './revocation-store';

/** What to revoke; how long it is kept follows from what it is. */
export interface RevocationTarget {
  readonly by: RevokedBy;
  /** Acts within this issuer only. */
  readonly issuer: string;
  /** The `jti`, `sid`, token fingerprint (`Provenance.fingerprint`), API key id or subject. */
  readonly value: string;
  /** `jti` and `token`: when the token expires, in seconds since the epoch, where that is known. */
  readonly expiresAt?: number;
  /** `subject`: what was issued later than this, in milliseconds since the epoch, passes. Default: the store's now. */
  readonly at?: number;
  /**
   * `key`: the key itself is deleted, too, so that only caches could still let it pass, and its revocation is kept no
   * longer than they remember. Default false: it is kept as others are.
   */
  readonly deleted?: boolean;
}

export interface RevocationsState {
  /** Whether `check` can answer. */
  readonly ready: boolean;
  /** Seconds since the start of the last completed read, by a monotonic clock; undefined before the first. */
  readonly ageSeconds: number | undefined;
  readonly entries: number;
}

/** The live revocations as this process knows them. */
export interface Revocations {
  /** Seconds for which they are kept: no token may live longer. */
  readonly retentionSeconds: number;
  /** Seconds by which clocks may differ: no verifier may allow more. */
  readonly clockTolerance: number;
  /**
   * Asks memory only. Throws `InvalidTokenError` (`revoked`) for a proof that was revoked, and
   * `RevocationsUnavailableError` while it can't be known.
   */
  check(auth: Auth): void;
  /**
   * Optional. Asked where `check` cannot answer: a promise that resolves once it can, and rejects with
   * `RevocationsUnavailableError` where that takes too long; undefined where waiting is no use, as in an outage.
   */
  whenReady?(): Promise<void> | undefined;
  /**
   * Resolves once the revocations are durable; they act here at once. Repeating is harmless. Rejects with a `TypeError`
   * for a target that names nothing. Delete API keys as well: one that never expires outlives what refuses it.
   */
  revoke(targets: readonly RevocationTarget[]): Promise<void>;
  /**
   * Optional. Says that a cache before these revocations repeats answers for so many seconds: what is kept for the sake of
   * caches is kept for longer than that. `sallyport()` says so of its own.
   */
  outliveCache?(seconds: number): void;
  /** Calls `listener` with each revocation that is new here, whoever made it; returns how to stop. */
  onRevoked(listener: (revocation: Revocation) => void): () => void;
  /** Resolves once everything was read; rejects with `RevocationsUnavailableError` when the read under way fails. */
  prewarm(): Promise<void>;
  state(): RevocationsState;
  /** Stops reading; for tests and shutdown. */
  close(): void;
}
