/** The clock of a feed: setting the wall clock, here or on another machine, must not end a revocation early. */
export interface FeedClock {
  /** Milliseconds since the epoch. Never faster than the monotonic clock, so that nothing expires too early. */
  readonly earliest: () => number;
  /** Milliseconds since the epoch, by the store's clock if its pages have `now`. Retention is counted from it. */
  readonly current: () => number;
  /** The wall clock, uncorrected. */
  readonly wall: () => number;
  readonly monotonic: () => number;
  /** Takes the store's time, in milliseconds since the epoch. */
  readonly hear: (storeTime: number) => void;
}

/** How far this clock may be ahead of the store's and still be used: the time from a store may be an older one. */
const BELIEVED_MS = 60_000;

export function feedClock(wall: () => number, monotonic: () => number): FeedClock {
  // The difference from the monotonic clock is constant; setting the wall clock ahead increases it: the least counts.
  let least = wall() - monotonic();
  let ofStore: number | undefined;

  return {
    wall,
    monotonic,
    earliest() {
      const time = monotonic();
      least = Math.min(least, wall() - time);
      return least + time;
    },
    current() {
      if (ofStore === undefined) return wall();
      const store = ofStore + monotonic();
      return Math.max(store, Math.min(wall(), store + BELIEVED_MS));
    },
    hear(storeTime) {
      ofStore = storeTime - monotonic();
      least = Math.min(least, ofStore);
    },
  };
}
