import type { FeedClock } from './feed-clock';

export interface ExpiryOptions {
  readonly clock: Pick<FeedClock, 'earliest' | 'wall' | 'monotonic'>;
  /** Milliseconds. A revocation that is held for longer and past `until` is over, whatever `earliest` says. */
  readonly longestMs: number;
}

export interface Expiring {
  readonly until: number;
  /** When it was received or extended, by the monotonic clock. */
  readonly heard: number;
}

/** Decides which revocations have expired, and detects when a clock that was set back undoes that. */
export interface Expiry {
  readonly isOver: (entry: Expiring) => boolean;
  /** Must be called for each revocation that is dropped, or not added, because it has expired. */
  readonly noteForgotten: (until: number) => void;
  /** Whether a dropped revocation applies again, since the clock by which it had expired was set back. */
  readonly isUndone: () => boolean;
  readonly startOver: () => void;
}

export function expiry({ clock, longestMs }: ExpiryOptions): Expiry {
  let latest = -Infinity;
  return {
    // Also by the time held: if the clock was far behind at the start, nothing would expire by `earliest`.
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
