import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const VENV = fileURLToPath(new URL('../../../.cache/bench-fastapi', import.meta.url));
const INSTALLED = join(VENV, 'installed');
const PACKAGES = ['fastapi==0.121.*', 'uvicorn==0.38.*', 'python-jose[cryptography]==3.5.*'];
const run = promisify(execFile);

/** FastAPI with python-jose in one uvicorn worker; undefined where there is no python3. */
export async function startFastApi(name, { issuer, audience, jwks }) {
  if (!(await hasPython())) return undefined;
  await install();
  const port = await freePort();
  const command = ['-m', 'uvicorn', 'fastapi_app:app', '--host', '127.0.0.1', '--port', String(port)];
  const child = spawn(join(VENV, 'bin/python'), [...command, '--no-access-log', '--log-level', 'error'], {
    cwd: HERE,
    env: {
      PYTHONDONTWRITEBYTECODE: '1',
      BENCH_JWKS: JSON.stringify(jwks),
      BENCH_ISSUER: issuer,
      BENCH_AUDIENCE: audience,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const origin = `http://127.0.0.1:${port}`;
  await untilAnswering(origin);
  return { name, origin, pid: child.pid, stop: () => child.kill() };
}

async function hasPython() {
  return run('python3', ['--version']).then(
    () => true,
    () => false,
  );
}

async function install() {
  if (existsSync(INSTALLED)) return;
  await mkdir(VENV, { recursive: true });
  await rm(VENV, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', VENV]);
  await run(join(VENV, 'bin/python'), ['-m', 'pip', 'install', '--quiet', ...PACKAGES]);
  // Written last: an installation that was cut off is made anew.
  await writeFile(INSTALLED, '');
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function untilAnswering(origin) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (
      await fetch(origin).then(
        () => true,
        () => false,
      )
    )
      return;
    await wait(100);
  }
  throw new Error('FastAPI did not answer within 10 s');
}
