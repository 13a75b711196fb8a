import type { SentGap } from './messages';

/** The other workers of a service, as one of them knows them. */
export interface Fellows {
  /** Resolves when all are prepared, of which this one is. */
  mayListen(): Promise<void>;
  /** What the others lack of being ready. */
  ask(): Promise<readonly SentGap[]>;
  /** How they are told what this one lacks. */
  answerWith(lacks: () => Promise<readonly SentGap[]>): void;
  /** How the primary is told what this one measures. */
  measureWith(measure: () => Promise<readonly object[]>): void;
}
