import type { Auth } from '../auth';
import type { Revocation, RevokedBy } from './revocation-store';

/** What to revoke; how long the revocation is kept depends on its kind. */
export interface RevocationTarget {
  readonly by: RevokedBy;
  /** Applies to credentials of this issuer only. */
  readonly issuer: string;
  /** The `jti`, `sid`, token fingerprint (`Provenance.fingerprint`), API key id or subject. */
  readonly value: string;
  /** `jti` and `token`: when the token expires, in seconds since the epoch, if known. Default: kept as others are. */
  readonly expiresAt?: number;
  /** `subject`: credentials issued later, in milliseconds since the epoch, are accepted. Default: the store's now. */
  readonly at?: number;
  /**
   * `key`: the key itself is deleted as well, so that only caches could still accept it, and its revocation is kept
   * only for as long as they keep results. Default false: it is kept as others are.
   */
  readonly deleted?: boolean;
}

export interface RevocationsState {
  /** Whether `check` can answer: revocations were read in the last 30 seconds. */
  readonly ready: boolean;
  /** Seconds since the start of the last completed read, by a monotonic clock; undefined before the first. */
  readonly ageSeconds: number | undefined;
  readonly entries: number;
}

/** The current revocations, as far as this process has read them. */
export interface Revocations {
  /** Seconds for which revocations are kept: no token may have a longer lifetime. */
  readonly retentionSeconds: number;
  /** Seconds by which clocks may differ: no verifier may have a higher `clockTolerance`. */
  readonly clockTolerance: number;
  /**
   * Synchronous, from memory only. Throws `InvalidTokenError` (`revoked`) for a proof that was revoked, and
   * `RevocationsUnavailableError` while revocations have not been read, or not recently.
   */
  check(auth: Auth): void;
  /**
   * Optional. For when `check` cannot answer: a promise that resolves once it can, and rejects with
   * `RevocationsUnavailableError` after a timeout; undefined when waiting would not help, as in an outage.
   */
  whenReady?(): Promise<void> | undefined;
  /**
   * Resolves once the revocations are durable; they apply on this instance at once. May be repeated. Rejects with a
   * `TypeError` for a malformed target. Delete a revoked API key as well: a key that never expires would be accepted
   * again when its revocation is no longer kept.
   */
  revoke(targets: readonly RevocationTarget[]): Promise<void>;
  /**
   * Optional. Declares that a cache in front of these revocations keeps results for this many seconds: revocations of
   * deleted keys are kept for longer than that. `sallyport()` calls it for its own cache.
   */
  outliveCache?(seconds: number): void;
  /** Calls `listener` with each revocation that is new to this process, from any instance; returns how to stop. */
  onRevoked(listener: (revocation: Revocation) => void): () => void;
  /** Resolves once everything was read; rejects with `RevocationsUnavailableError` when that read fails. */
  prewarm(): Promise<void>;
  state(): RevocationsState;
  /** Stops reading: for tests and shutdown. */
  close(): void;
}
