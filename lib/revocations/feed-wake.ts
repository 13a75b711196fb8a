import { RevocationsUnavailableError } from '../errors';
import type { FeedReader } from './feed-reader';

/** Timeout in milliseconds for a request that waits for a read. */
const WAIT_MS = 2000;
/**
 * Milliseconds for which a failed read counts as an outage. A failed read that started earlier was in progress while
 * the process was frozen, and does not show whether the store can be reached now.
 */
const OUTAGE_MS = 25_000;

export interface WakeOptions {
  readonly reader: FeedReader;
  readonly isBehind: () => boolean;
  readonly monotonic: () => number;
}

/**
 * For a process that was frozen (a serverless platform, SIGSTOP) or has just started, and gets a request before its
 * timers have read the store: all requests wait for one read. Undefined in an outage, when waiting would not help.
 */
export function feedWake({ reader, isBehind, monotonic }: WakeOptions): () => Promise<void> | undefined {
  let waiting: Promise<void> | undefined;
  let gaveUp = -Infinity;

  function isOutage(): boolean {
    return (reader.failureAge() ?? Infinity) < OUTAGE_MS || monotonic() - gaveUp < OUTAGE_MS;
  }

  async function readAgain(): Promise<void> {
    let cause: unknown;
    // The first attempt may join a read that started before the process was frozen.
    for (let attempt = 0; attempt < 2 && isBehind() && !isOutage(); attempt += 1) {
      await reader.read().catch((error: unknown) => {
        cause = error;
      });
    }
    if (isBehind()) throw new RevocationsUnavailableError(1, { cause });
  }

  async function readInTime(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        gaveUp = monotonic();
        reject(new RevocationsUnavailableError());
      }, WAIT_MS);
    });
    try {
      await Promise.race([readAgain(), late]);
    } finally {
      clearTimeout(timer);
      waiting = undefined;
    }
  }

  return () => (isOutage() ? undefined : (waiting ??= readInTime()));
}
