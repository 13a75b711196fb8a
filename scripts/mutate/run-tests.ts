import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** How a run of some test files went. */
export type TestRun =
  | { readonly outcome: 'passed' }
  /** The first test that failed, and where; and all files with one that did. */
  | {
      readonly outcome: 'failed';
      readonly file: string;
      readonly test: string;
      readonly files: readonly string[];
    }
  /** No verdict: a file could not be loaded, no test was run, or there was no end. */
  | { readonly outcome: 'broken'; readonly why: string };

interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

export interface Place {
  /** A copy of the tree. */
  readonly folder: string;
  readonly mongodbUri: string;
}

/** Runs the test files whose paths begin so, in a copy of the tree, for so many seconds at most. */
export async function runTests(
  { folder, mongodbUri }: Place,
  tests: readonly string[],
  seconds: number,
): Promise<TestRun> {
  const report = join(folder, 'report.json');
  await rm(report, { force: true });
  const args = [...tests, '--json', `--outputFile=${report}`];
  const code = await jest(folder, args, { MONGODB_URI: mongodbUri }, seconds);
  if (code === 'too long') return { outcome: 'broken', why: `no end within ${String(seconds)} s` };
  const text = await readFile(report, 'utf8').catch(() => undefined);
  if (text === undefined) return { outcome: 'broken', why: `jest ended with ${String(code)} and no report` };
  return verdict(folder, JSON.parse(text) as Report);
}

function verdict(folder: string, { numPassedTests, testResults }: Report): TestRun {
  for (const { name, status, message, assertionResults } of testResults) {
    const failed = assertionResults.find((result) => result.status === 'failed');
    if (failed) {
      const files = testResults.filter((result) => result.status === 'failed').map((result) => result.name);
      return { outcome: 'failed', file: relative(folder, name), test: failed.fullName, files };
    }
    if (status === 'failed')
      return { outcome: 'broken', why: `${relative(folder, name)}: ${firstLines(message)}` };
  }
  return numPassedTests > 0 ? { outcome: 'passed' } : { outcome: 'broken', why: 'no test was run' };
}

function firstLines(message: string): string {
  return message.split('\n').filter(Boolean).slice(0, 4).join(' | ');
}

/**
 * In one process, since one mutation keeps one core busy, and ended by force when it is done, since a test that failed may
 * leave sockets open. One that hangs is ended with its children.
 */
function jest(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  seconds: number,
): Promise<number | 'too long'> {
  const command = [join(folder, 'node_modules/jest/bin/jest.js'), '--config', 'jest.mutate.json'];
  const child = spawn(process.execPath, [...command, '--runInBand', '--forceExit', '--silent', ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: 'ignore',
    detached: true,
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve('too long');
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, seconds * 1000);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code ?? 1);
    });
  });
}
