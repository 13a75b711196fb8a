import type { FeedClock } from './feed-clock';

export interface ExpiryOptions {
  readonly clock: Pick<FeedClock, 'earliest' | 'wall' | 'monotonic'>;
  /** No revocation acts for longer than this after it was heard of. */
  readonly longestMs: number;
}

export interface Expiring {
  readonly until: number;
  /** When it was heard of or lengthened, on the monotonic clock. */
  readonly heard: number;
}

/** Says which revocations are over, and remembers what was forgotten for it. */
export interface Expiry {
  readonly isOver: (entry: Expiring) => boolean;
  /** To be called for each that is forgotten or not taken because it is over. */
  readonly noteForgotten: (until: number) => void;
  /** Whether one of those would act again: the clock that said it was over has been set back. */
  readonly isUndone: () => boolean;
  readonly startOver: () => void;
}

export function expiry({ clock, longestMs }: ExpiryOptions): Expiry {
  let latest = -Infinity;
  return {
    // By time held too: where the clock was far behind at the start, its earliest time would end nothing.
    isOver: ({ until, heard }) =>
      until < clock.earliest() || (until < clock.wall() && clock.monotonic() - heard > longestMs),
    noteForgotten(until) {
      if (until < clock.earliest()) latest = Math.max(latest, until);
    },
    isUndone: () => clock.earliest() <= latest,
    startOver() {
      latest = -Infinity;
    },
  };
}
