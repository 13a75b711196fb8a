import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { addressIn, untilReady } from '../process/listening';
import { usualPort } from '../process/usual-port';
import { serviceLog, type ServiceLog } from './playground/service-log';

export interface ServiceProcess {
  readonly url: string;
  readonly pid: number;
  readonly logFile: string;
  readonly log: ServiceLog;
  /** Resolves when the process has ended, with whatever ended it. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

const MAIN = join(__dirname, '../../service/main.js');
const USUAL_PORT = 3000;

/** The real service as its own process, with nothing of this environment but what is given. */
export async function startServiceProcess(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const logFile = join(folder, 'service.log');
  const port = await usualPort(USUAL_PORT);
  const child = spawn(process.execPath, [MAIN], {
    cwd: folder,
    env: { PORT: String(port), DATA_DIR: join(folder, 'data'), SHUTDOWN_GRACE_SECONDS: '2', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // However this process ends, such as by `| head` that reads no more: nothing of it stays.
  process.once('exit', () => child.kill('SIGKILL'));
  const file = createWriteStream(logFile);
  child.stdout.pipe(file);
  const log = serviceLog(child.stdout);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal ?? `exit code ${String(code)}`);
    });
  });
  const early = ended.then((how) =>
    Promise.reject(new Error(`The service ended at its start: ${how}; see ${logFile}`)),
  );
  const url = await Promise.race([addressIn(child.stdout), early]);
  await Promise.race([untilReady(url), early]);
  return { url, pid: child.pid ?? NaN, logFile, log, ended, stop: () => stop(child, ended) };
}

/** Ctrl-C in a terminal reaches the service by itself, and a second signal would cut it short: so first wait a little. */
async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  const nudge = setTimeout(() => child.kill('SIGINT'), 300);
  const force = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(nudge);
  clearTimeout(force);
}
