import type { JwkSet } from './jwk-set';
import type { KeyFetchFailure } from './key-fetch-failure';

/** The state after the last attempt. Times are in milliseconds since the epoch. */
export interface KeyHistory {
  /** The last set that was read, however old. */
  readonly set: JwkSet | undefined;
  readonly readAt: number;
  /** Consecutive failures since then. */
  readonly failures: number;
  readonly failure: KeyFetchFailure | undefined;
  readonly failedAt: number;
  /** The time of the next planned attempt; after a failure not before the end of the backoff (`retryAt`). */
  readonly nextAt: number | undefined;
  readonly retryAt: number;
}
