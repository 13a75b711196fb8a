import { inBackground } from '../timers/background';
import type { ReadableStore } from './feed-settings';
import type { RevocationPage } from './revocation-store';

/** Follows a store: reads it whole, then what is new, over and over. */
export interface FeedReader {
  /** Joins the read under way or starts one, and ends as it does. */
  read(): Promise<void>;
  /** Reads soon, however many ask for it. */
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
  /** Whether the next read must bring everything, as the first does. */
  readonly isIncomplete: () => boolean;
  /** `isWhole`: the page has everything there is. */
  readonly take: (page: RevocationPage, isWhole: boolean) => void;
  /** Called after each read, completed or failed. */
  readonly settled: () => void;
}

/** Hints come in swarms; a read for each would only burden the store. */
const HINT_GAP_MS = 50;

/** Reads once, going on where it was; resolves with when it began, on the monotonic clock. */
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

/** When the last reads began that were completed, or failed since. */
function readTimes(monotonic: () => number) {
  let completed: number | undefined;
  let failed: number | undefined;
  const since = (time: number | undefined): number | undefined =>
    time === undefined ? undefined : monotonic() - time;

  return {
    age: () => since(completed),
    failureAge: () => since(failed),
    /** `read` resolves with when it began. */
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
