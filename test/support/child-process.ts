import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Child {
  /** Whole lines of standard output so far. */
  readonly lines: readonly string[];
  /** Standard error so far. */
  errors(): string;
  /** Resolves once there are so many lines; rejects when the child ends before. */
  reached(count: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when it has ended, with its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

const RUN_TYPESCRIPT = ['--require', join(__dirname, 'typescript.cjs')];
const running = new Set<ChildProcess>();

/** Runs a file of `test/support/children` in a process of its own. */
export function startChild(
  file: string,
  args: readonly string[],
  { wrapper = [], ...options }: SpawnOptions & { readonly wrapper?: readonly string[] } = {},
): Child {
  const [command = '', ...rest] = [
    ...wrapper,
    process.execPath,
    ...RUN_TYPESCRIPT,
    join(__dirname, 'children', file),
    ...args,
  ];
  const child = spawn(command, rest, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const lines: string[] = [];
  let unfinished = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (unfinished + text).split('\n');
    unfinished = parts.pop() ?? '';
    lines.push(...parts);
    child.emit('lines');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    child.emit('lines');
    return code as number | null;
  });
  return {
    lines,
    errors: () => errors,
    reached: async (count) => {
      while (lines.length < count) {
        if (!running.has(child)) throw new Error(`ended after ${String(lines.length)} lines: ${errors}`);
        await once(child, 'lines');
      }
    },
    kill: (signal) => child.kill(signal),
    ended,
  };
}

/** For `afterEach`: nothing that a test started outlives it. */
export async function endChildren(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      child.kill('SIGKILL');
      await once(child, 'close');
    }),
  );
}
