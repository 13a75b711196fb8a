import { writeSync } from 'node:fs';
import { fitLine } from './fit-line';
import { CHUNK_BYTES, logOutput, type LogOutput } from './log-output';

/** The process's standard output, flushed when the process ends in whatever way it ends itself. */
export function standardOutput(): LogOutput {
  doNotBlock(process.stdout);
  const output = logOutput((bytes) => writeSync(process.stdout.fd, bytes));
  process.once('exit', () => {
    output.flushSync();
  });
  return output;
}

/** For one of several processes that write to the same pipe: it keeps only writes of so many bytes apart. */
export function sharedOutput(output: Pick<LogOutput, 'write'>): Pick<LogOutput, 'write'> {
  return {
    write: (line) => {
      output.write(fitLine(line, CHUNK_BYTES));
    },
  };
}

/**
 * A pipe, a socket or a terminal that is full is to say so at once. Node has no public name for this; the thread pool
 * is no way out, since a write that is stuck there keeps the process from ending. A file has no handle and never waits.
 */
function doNotBlock(stream: object): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (blocking: boolean) => unknown } };
  handle?.setBlocking?.(false);
}
