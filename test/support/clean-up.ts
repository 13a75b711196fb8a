import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const cleanups: (() => Promise<void> | void)[] = [];

export function later(cleanup: () => Promise<void> | void): void {
  cleanups.push(cleanup);
}

/** Ends what a test file started, the latest first; for `afterAll` or `afterEach`. */
export async function cleanUp(): Promise<void> {
  for (let end = cleanups.pop(); end; end = cleanups.pop()) await end();
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
  later(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
