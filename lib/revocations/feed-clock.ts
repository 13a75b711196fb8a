/** The time as a feed reckons with it: a wall clock that is set, here or anywhere, must not end a revocation. */
export interface FeedClock {
  /** Milliseconds since the epoch. Never moves on by more than a monotonic clock does: what is over by it is over. */
  readonly earliest: () => number;
  /** Milliseconds since the epoch, by the store's clock where it tells its own: how long to keep is reckoned from it. */
  readonly current: () => number;
  /** The wall clock as it is. */
  readonly wall: () => number;
  readonly monotonic: () => number;
  /** Takes what the store's clock says, in milliseconds since the epoch. */
  readonly hear: (storeTime: number) => void;
}

/** How far this clock may be ahead of the store's and still be believed: a store may tell an older time than it is. */
const BELIEVED_MS = 60_000;

export function feedClock(wall: () => number, monotonic: () => number): FeedClock {
  // A clock that is right keeps its distance to the monotonic one; one that was set ahead is further off.
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
