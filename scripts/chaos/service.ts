import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { addressIn, untilReady } from '../process/listening';
import type { Order } from './preload';

const MAIN = join(__dirname, '../../service/main.js');
const START_MS = 30_000;
const PRELOAD = join(__dirname, 'preload.js');

/** The built service as its own process, and ways to treat it badly. */
export interface Service {
  readonly url: string;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Resolves when the process has ended, with `exit code 0` or the signal that ended it. */
  readonly ended: Promise<string>;
  /** Resolves once it is obeyed; an order to block, once it begins. */
  readonly order: (order: Order) => Promise<void>;
  /** Nobody reads its standard output until `readLog`. */
  readonly stallLog: () => void;
  readonly readLog: () => void;
}

export interface Launch {
  readonly env?: Readonly<Record<string, string>>;
  /** Kilobytes that any of its files may have: what a full disk is to it. */
  readonly fileLimitKb?: number;
  /** Whether to wait until it is ready. Default true. */
  readonly ready?: boolean;
}

/** Starts main.js with no more environment than given. */
export async function launch(
  folder: string,
  env: Readonly<Record<string, string>>,
  { fileLimitKb, ready = true }: Launch,
): Promise<Service> {
  const command = [process.execPath, '--require', PRELOAD, MAIN];
  // bash counts in kilobytes, where sh may count in half ones.
  const limited = fileLimitKb === undefined ? '' : `ulimit -f ${String(fileLimitKb)} && `;
  const child = spawn('bash', ['-c', `${limited}exec "$@"`, 'bash', ...command], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const stdout: Readable | null = child.stdout;
  if (stdout === null) throw new Error('The service was started without a standard output.');
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal ?? `exit code ${String(code)}`);
    });
  });
  const early = ended.then((how) => Promise.reject(new Error(`The service ended at its start: ${how}`)));
  early.catch(() => undefined);
  const late = wait(START_MS, undefined, { ref: false }).then(() => {
    throw new Error('The service did not listen in time.');
  });
  late.catch(() => undefined);
  const url = await Promise.race([addressIn(stdout), early, late]);
  stdout.resume();
  if (ready) await Promise.race([untilReady(url), early]);
  return {
    url,
    ended,
    signal: (signal) => child.kill(signal),
    order: (order) => obeyed(child, order),
    stallLog: () => stdout.pause(),
    readLog: () => stdout.resume(),
  };
}

async function obeyed(child: ChildProcess, order: Order): Promise<void> {
  const answer = once(child, 'message');
  child.send(order);
  await answer;
}
