import { inBackground } from '../timers/background';
import type { ReadableStore } from './feed-settings';
import type { RevocationPage } from './revocation-store';

/** Polls a store: reads everything once, then only what is new. */
export interface FeedReader {
  /** Starts a read, or joins the one in progress, and settles with it. */
  read(): Promise<void>;
  /** Schedules a read soon; several calls lead to one read. */
  readSoon(): void;
  /** Milliseconds since the start of the last read that was completed; undefined before the first. */
  age(): number | undefined;
  /** Milliseconds since the start of the last read, where that one failed; undefined otherwise. */
  failureAge(): number | undefined;
  close(): void;
}

export interface FeedReaderOptions {
  readonly reads: ReadableStore;
  readonly pollMs: number;
  readonly monotonic: () => number;
  /** Whether the next read must start from the beginning, as the first does. */
  readonly isIncomplete: () => boolean;
  /** `isWhole`: the page has everything that the store keeps. */
  readonly take: (page: RevocationPage, isWhole: boolean) => void;
  /** Called after each read, completed or failed. */
  readonly settled: () => void;
}

/** Notifications come in bursts; a read for each would put load on the store. */
const HINT_GAP_MS = 50;

/** Reads once, from the last position; resolves with the time it started, by the monotonic clock. */
function follower({ reads, monotonic, isIncomplete, take }: FeedReaderOptions): () => Promise<number> {
  let position: string | undefined;
  return async function readOnce() {
    const started = monotonic();
    const from = isIncomplete() ? undefined : position;
    const page = await reads.read(from);
    take(page, from === undefined);
    position = page.position;
    return started;
  };
}

/** Start times of the last completed read, and of the last read if that failed. */
function readTimes(monotonic: () => number) {
  let completed: number | undefined;
  let failed: number | undefined;
  const since = (time: number | undefined): number | undefined =>
    time === undefined ? undefined : monotonic() - time;

  return {
    age: () => since(completed),
    failureAge: () => since(failed),
    /** `read` resolves with the time it started. */
    async noted(read: Promise<number>): Promise<void> {
      const began = monotonic();
      try {
        completed = await read;
        failed = undefined;
      } catch (error) {
        failed = began;
        throw error;
      }
    },
  };
}

export function feedReader(options: FeedReaderOptions): FeedReader {
  const { reads, pollMs, monotonic, settled } = options;
  const readOnce = follower(options);
  const times = readTimes(monotonic);
  let reading: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let hinted = false;
  let closed = false;

  function schedule(ms: number): void {
    clearTimeout(timer);
    if (closed) return;
    timer = inBackground(() => setTimeout(readInTurn, ms).unref());
  }

  function readInTurn(): void {
    read().catch(() => undefined);
  }

  function read(): Promise<void> {
    if (reading) return reading;
    hinted = false;
    reading = times.noted(readOnce()).finally(() => {
      reading = undefined;
      settled();
      schedule(hinted ? HINT_GAP_MS : pollMs);
    });
    return reading;
  }

  function readSoon(): void {
    if (hinted) return;
    hinted = true;
    if (!reading) schedule(HINT_GAP_MS);
  }

  const unwatch = inBackground(() => reads.watch?.(readSoon));
  schedule(0);

  return {
    read,
    readSoon,
    age: times.age,
    failureAge: times.failureAge,
    close() {
      closed = true;
      clearTimeout(timer);
      unwatch?.();
    },
  };
}
