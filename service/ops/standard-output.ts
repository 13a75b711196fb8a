import { writeSync } from 'node:fs';
import { fitLine } from './fit-line';
import { CHUNK_BYTES, logOutput, type LogOutput } from './log-output';

/** Standard output of the process, flushed on every kind of exit that emits `exit`. */
export function standardOutput(): LogOutput {
  doNotBlock(process.stdout);
  const output = logOutput((bytes) => writeSync(process.stdout.fd, bytes));
  process.once('exit', () => {
    output.flushSync();
  });
  return output;
}

/**
 * For one of several processes that write to the same pipe: only writes up to `CHUNK_BYTES` are not mixed with others.
 */
export function sharedOutput(output: Pick<LogOutput, 'write'>): Pick<LogOutput, 'write'> {
  return {
    write: (line) => {
      output.write(fitLine(line, CHUNK_BYTES));
    },
  };
}

/**
 * Makes a full pipe, socket or terminal fail with EAGAIN. Node has no public API for this, and the thread pool does not
 * help, since a blocked write there keeps the process from exiting. Files have no handle and never block.
 */
function doNotBlock(stream: object): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (blocking: boolean) => unknown } };
  handle?.setBlocking?.(false);
}
