import type { Request } from 'express';

/** Of an error, its cause, the cause of that, and so on: more than these only repeat each other. */
const MAX_CAUSES = 5;

/**
 * Writes a failure to stderr where Express would: unless the app's setting `env` is "test". Stacks only: what else an
 * error of a library carries, such as the headers of a request, may hold credentials.
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
