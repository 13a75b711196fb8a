import { lineQueue } from './line-queue';

/** Where log lines go. It never waits for whoever reads them, and keeps a bounded number of them meanwhile. */
export interface LogOutput {
  /** Takes a whole line. It is lost when too many wait already, unless it says why the process ends. */
  write(line: string): void;
  /** Writes what waits, for the end of the process; gives up soon when nobody reads. */
  flushSync(): void;
  /** How many lines were lost since the start. */
  lost(): number;
}

/** Writes some of the bytes and returns how many; throws `EAGAIN` rather than wait. */
export type WriteNow = (bytes: Buffer) => number;

const MAX_WAITING = 1_048_576;
/** What a pipe takes whole or not at all (PIPE_BUF on Linux): no line is torn where the process ends. */
export const CHUNK_BYTES = 4096;
const RETRY_MS = { unread: 10, failed: 1000 };
const FLUSH_MS = 500;
const FATAL = '{"level":"fatal"';

/** The lines of one turn of the event loop are written together; 1 MiB of what is not taken waits for its reader. */
export function logOutput(writeNow: WriteNow): LogOutput {
  const waiting = lineQueue();
  let chunk: Buffer | undefined;
  let lost = 0;
  let told = 0;
  let scheduled = false;

  function lossLine(): string | undefined {
    if (lost === told) return undefined;
    const count = lost - told;
    told = lost;
    const time = new Date().toISOString();
    return `${JSON.stringify({ level: 'warn', time, lost: count, msg: `${count} log lines lost` })}\n`;
  }

  /** Writes all there is; otherwise says why it can't. */
  function writeAll(): 'written' | 'unread' | 'failed' {
    for (;;) {
      chunk ??= waiting.take(CHUNK_BYTES) ?? bytesOf(lossLine());
      if (!chunk) return 'written';
      try {
        const taken = writeNow(chunk);
        chunk = taken < chunk.length ? chunk.subarray(taken) : undefined;
      } catch (error) {
        return error instanceof Error && 'code' in error && error.code === 'EAGAIN' ? 'unread' : 'failed';
      }
    }
  }

  function attempt(): void {
    const outcome = writeAll();
    scheduled = outcome !== 'written';
    if (outcome !== 'written') setTimeout(attempt, RETRY_MS[outcome]).unref();
  }

  return {
    write(line) {
      if (waiting.size() + line.length > MAX_WAITING && !line.startsWith(FATAL)) {
        lost += 1;
        return;
      }
      // Here rather than at the end: with a reader that is slow for good there is no end.
      const loss = lossLine();
      if (loss !== undefined) waiting.push(loss);
      waiting.push(line);
      if (scheduled) return;
      scheduled = true;
      setImmediate(attempt);
    },
    flushSync() {
      const until = performance.now() + FLUSH_MS;
      while (writeAll() === 'unread' && performance.now() < until) sleep(RETRY_MS.unread);
    },
    lost: () => lost,
  };
}

function bytesOf(line: string | undefined): Buffer | undefined {
  return line === undefined ? undefined : Buffer.from(line);
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
