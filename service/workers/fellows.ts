import type { SentGap } from './messages';

/** The other workers of the service, as seen by one worker. */
export interface Fellows {
  /** Reports that this worker is prepared, and resolves when all are. */
  mayListen(): Promise<void>;
  /** Readiness gaps of the other workers. */
  ask(): Promise<readonly SentGap[]>;
  /** Sets the function that returns the gaps of this worker. */
  answerWith(lacks: () => Promise<readonly SentGap[]>): void;
  /** Sets the function that returns the metrics of this worker. */
  measureWith(measure: () => Promise<readonly object[]>): void;
}
