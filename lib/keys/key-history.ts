import type { JwkSet } from './jwk-set';
import type { KeyFetchFailure } from './key-fetch-failure';

/** What is known after the last attempt. Times are in milliseconds. */
export interface KeyHistory {
  /** The last set that was read, however old. */
  readonly set: JwkSet | undefined;
  readonly readAt: number;
  /** Failures in a row since then. */
  readonly failures: number;
  readonly failure: KeyFetchFailure | undefined;
  readonly failedAt: number;
  /** When the next attempt is planned: the timer's time after a success, the end of the backoff after a failure. */
  readonly nextAt: number | undefined;
  readonly retryAt: number;
}
