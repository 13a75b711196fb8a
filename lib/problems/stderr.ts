import type { Request } from 'express';

/** Maximum number of errors in a chain of `cause`s that is written. */
const MAX_CAUSES = 5;

/**
 * Writes an error to stderr when Express would: unless the app's setting `env` is "test". Stacks only: other properties
 * of a library's error, such as the headers of a request, may contain credentials.
 */
export function writeToStderr(failure: unknown, { app }: Request): void {
  if (app.get('env') === 'test') return;
  process.stderr.write(`${stacksOf(failure).join('\n  caused by: ')}\n`);
}

function stacksOf(failure: unknown): string[] {
  const stacks: string[] = [];
  let error = failure;
  do {
    stacks.push(error instanceof Error ? (error.stack ?? String(error)) : String(error));
    error = error instanceof Error ? error.cause : undefined;
  } while (error !== undefined && stacks.length < MAX_CAUSES);
  return stacks;
}
