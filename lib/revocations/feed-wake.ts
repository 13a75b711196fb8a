import { RevocationsUnavailableError } from '../errors';
import type { FeedReader } from './feed-reader';

/** Milliseconds that a request may wait for a read. */
const WAIT_MS = 2000;
/**
 * Milliseconds for which a failure counts as an outage. A read that failed and began longer ago was under way while the
 * process was frozen, and says nothing of the store as it is now.
 */
const OUTAGE_MS = 25_000;

export interface WakeOptions {
  readonly reader: FeedReader;
  readonly isBehind: () => boolean;
  readonly monotonic: () => number;
}

/**
 * For a process that was frozen (a serverless platform, SIGSTOP) or has just started, and is asked before its timers have
 * read anything: one read for all who wait. Undefined in an outage, in which waiting is no use.
 */
export function feedWake({ reader, isBehind, monotonic }: WakeOptions): () => Promise<void> | undefined {
  let waiting: Promise<void> | undefined;
  let gaveUp = -Infinity;

  function isOutage(): boolean {
    return (reader.failureAge() ?? Infinity) < OUTAGE_MS || monotonic() - gaveUp < OUTAGE_MS;
  }

  async function readAgain(): Promise<void> {
    let cause: unknown;
    // The first may join a read that began before the process was frozen.
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
