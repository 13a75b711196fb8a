import type { ReadableStore } from './feed-settings';
import type { Revocation } from './revocation-store';

/** Follows a store: reads it whole, then what is new, over and over. */
export interface FeedReader {
  /** Joins the read under way or starts one, and ends as it does. */
  read(): Promise<void>;
  /** Milliseconds since the start of the last read that was completed; undefined before the first. */
  age(): number | undefined;
  close(): void;
}

export interface FeedReaderOptions {
  readonly reads: ReadableStore;
  readonly pollMs: number;
  readonly monotonic: () => number;
  readonly take: (revocations: readonly Revocation[]) => void;
  /** Called after each read, completed or failed. */
  readonly settled: () => void;
}

/** Hints come in swarms; a read for each would only burden the store. */
const HINT_GAP_MS = 50;

export function feedReader({ reads, pollMs, monotonic, take, settled }: FeedReaderOptions): FeedReader {
  let position: string | undefined;
  let completed: number | undefined;
  let reading: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let hinted = false;
  let closed = false;

  async function readOnce(): Promise<void> {
    const started = monotonic();
    const page = await reads.read(position);
    take(page.revocations);
    position = page.position;
    completed = started;
  }

  function schedule(ms: number): void {
    clearTimeout(timer);
    if (closed) return;
    timer = setTimeout(() => {
      read().catch(() => undefined);
    }, ms);
    timer.unref();
  }

  function read(): Promise<void> {
    if (reading) return reading;
    hinted = false;
    reading = readOnce().finally(() => {
      reading = undefined;
      settled();
      schedule(hinted ? HINT_GAP_MS : pollMs);
    });
    return reading;
  }

  const unwatch = reads.watch?.(() => {
    if (hinted) return;
    hinted = true;
    if (!reading) schedule(HINT_GAP_MS);
  });
  schedule(0);

  return {
    read,
    age: () => (completed === undefined ? undefined : monotonic() - completed),
    close() {
      closed = true;
      clearTimeout(timer);
      unwatch?.();
    },
  };
}
