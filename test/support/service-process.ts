import { spawn } from 'node:child_process';
import { later } from './clean-up';

export interface ServiceProcess {
  /** Resolves with the address once it listens; rejects when the process ends before. */
  readonly listening: Promise<string>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Resolves when the process is gone, whether or not its output was read. */
  readonly exited: ServiceProcess['ended'];
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Stops reading its standard output, as a log collector that hangs; returns how to go on. */
  readonly stall: () => () => void;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** main.js as an operator runs it: its own process, and no more environment than given. `wrapper`: what starts it. */
export function startProcess(
  mainFile: string,
  cwd: string,
  env: Record<string, string>,
  wrapper: readonly string[] = [],
): ServiceProcess {
  const [command, ...args] = [...wrapper, process.execPath, mainFile];
  const child = spawn(command, args, { cwd, env: { PORT: '0', ...env } });
  let out = '';
  let errors = '';
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const listening = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const address = /"address":"([^"]+)"/.exec(out)?.[1];
      if (address) resolve(address);
    });
    void ended.then(() => reject(new Error(`ended before it listened: ${out}${errors}`)));
  });
  listening.catch(() => undefined);
  child.stderr.on('data', (chunk: Buffer) => void (errors += chunk.toString()));
  later(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return {
    listening,
    ended,
    exited,
    stdout: () => out,
    stderr: () => errors,
    stall: () => {
      child.stdout.pause();
      return () => void child.stdout.resume();
    },
    kill: (signal) => void child.kill(signal),
  };
}
