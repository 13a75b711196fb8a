import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CACHE, type DatabaseServer, freePort, type ServerPlace } from './server';

const VERSION = '0.7.0b3';
const VENV = join(CACHE, `secantusdb-${VERSION}`);
const INSTALLED = join(VENV, 'installed');
const START_MS = 20_000;

/** Ends the server when our end of its standard input closes, however we end. */
const OUTLIVING_NOBODY =
  'exec 3<&0; "$@" 3<&- & server=$!; exec 2>/dev/null; (cat <&3 >/dev/null; kill -9 $server) & wait $server';

/**
 * SecantusDB speaks MongoDB's protocol over WiredTiger and installs from PyPI: for machines without a mongod. `flags` are
 * options of its own, such as `--auth`.
 */
export async function startSecantusDb(
  { port, folder }: ServerPlace = {},
  flags: readonly string[] = [],
): Promise<DatabaseServer> {
  await install();
  const at = port ?? (await freePort());
  const storage = folder ?? (await mkdtemp(join(tmpdir(), 'sallyport-secantusdb-')));
  const command = [join(VENV, 'bin/secantusd-py'), '--host', '127.0.0.1', '--port', String(at)];
  // What is to be there again after a kill is flushed before it is acknowledged, as MongoDB does for a majority.
  const durable = folder === undefined ? [] : ['--sync-on-commit'];
  const options = ['--storage-path', storage, '--log-level', 'ERROR', ...durable, ...flags];
  const server = spawn('sh', ['-c', OUTLIVING_NOBODY, 'sh', ...command, ...options], {
    stdio: ['pipe', 'ignore', 'inherit'],
    cwd: CACHE,
  });
  const stop = async () => {
    await kill(server);
    if (folder === undefined) await rm(storage, { recursive: true, force: true });
  };
  try {
    await untilListening(server, at);
  } catch (error) {
    await stop();
    throw error;
  }
  return { name: `SecantusDB ${VERSION}`, uri: `mongodb://127.0.0.1:${String(at)}`, stop };
}

async function install(): Promise<void> {
  if (existsSync(INSTALLED)) return;
  const run = promisify(execFile);
  await mkdir(CACHE, { recursive: true });
  await rm(VENV, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', VENV]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `secantusdb==${VERSION}`];
  await run(join(VENV, 'bin/python'), pip);
  // Written last: an installation that was cut off is made anew.
  await writeFile(INSTALLED, '');
}

async function untilListening(server: ChildProcess, port: number): Promise<void> {
  const giveUp = Date.now() + START_MS;
  while (!(await answers(port))) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error('SecantusDB ended at start');
    if (Date.now() > giveUp) throw new Error(`SecantusDB was not up in ${String(START_MS)} ms`);
    await delay(50);
  }
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Not asked first: its clean end takes seconds, and a killed one is what tests want to see. */
async function kill(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.stdin?.end();
  await ended;
}
