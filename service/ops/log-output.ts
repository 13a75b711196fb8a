import { lineQueue } from './line-queue';

/** Destination of log lines. Never waits for the reader, and buffers a limited number of lines. */
export interface LogOutput {
  /** Adds a whole line. If the buffer is full, the line is dropped, unless its level is fatal. */
  write(line: string): void;
  /** Writes the buffered lines before the process exits; gives up after 500 ms without a reader. */
  flushSync(): void;
  /** Number of lines dropped since the start. */
  lost(): number;
}

/** Writes some of the bytes and returns their number; throws `EAGAIN` if it would block. */
export type WriteNow = (bytes: Buffer) => number;

const MAX_WAITING = 1_048_576;
/**
 * A pipe takes writes of this size as a whole or not at all (PIPE_BUF on Linux), so no line is cut when the process
 * exits.
 */
export const CHUNK_BYTES = 4096;
const RETRY_MS = { unread: 10, failed: 1000 };
const FLUSH_MS = 500;
const FATAL = '{"level":"fatal"';

/**
 * Writes the lines of one turn of the event loop together. Up to 1 MiB of characters is buffered while the output is
 * not read.
 */
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

  /** Writes all buffered lines, or returns why it can't. */
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
      // Not at the end of the buffer, since a reader that stays slow never gets there.
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
