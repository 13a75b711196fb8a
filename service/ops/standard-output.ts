import { writeSync } from 'node:fs';
import { logOutput, type LogOutput } from './log-output';

/** The process's standard output, flushed when the process ends in whatever way it ends itself. */
export function standardOutput(): LogOutput {
  doNotBlock(process.stdout);
  const output = logOutput((bytes) => writeSync(process.stdout.fd, bytes));
  process.once('exit', () => {
    output.flushSync();
  });
  return output;
}

/**
 * A pipe, a socket or a terminal that is full is to say so at once. Node has no public name for this; the thread pool
 * is no way out, since a write that is stuck there keeps the process from ending. A file has no handle and never waits.
 */
function doNotBlock(stream: object): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (blocking: boolean) => unknown } };
  handle?.setBlocking?.(false);
}
