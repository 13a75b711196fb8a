import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { createTestIssuer } from 'sallyport/testing';
import { npm, root, run, workspace } from './support/project';

const { issuer, publicKeyPem, token } = createTestIssuer();

let folder: string;
let service: ChildProcess | undefined;

/** What a deployment has: the manifests, the lock file and the compiled output. */
beforeAll(async () => {
  folder = join(workspace(), 'production');
  for (const path of ['package.json', 'package-lock.json', '.npmrc', 'service/package.json', 'dist']) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await cp(join(root, path), join(folder, path), { recursive: true });
  }
  await npm(folder, 'ci', '--omit=dev');
});

afterEach(async () => {
  if (service?.exitCode !== null) return;
  service.kill('SIGINT');
  await once(service, 'exit');
});

it('installs without development packages, and all others hoisted', () => {
  const development = ['typescript', 'jest', 'supertest'];

  expect(development.filter((name) => existsSync(join(folder, 'node_modules', name)))).toEqual([]);
  expect(existsSync(join(folder, 'service/node_modules'))).toBe(false);
});

it('does not start unconfigured, and says what is missing', async () => {
  await expect(run(folder, 'npm', ['start'], { env: { AUTH_ISSUER: '' } })).rejects.toThrow(/AUTH_ISSUER/);
});

it('serves the contract once it is configured', async () => {
  const port = await freePort();
  service = spawn(process.execPath, ['dist/service/main.js'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      AUTH_ISSUER: issuer,
      AUTH_AUDIENCE: 'test-audience',
      AUTH_PUBLIC_KEY: publicKeyPem(),
      LOG_LEVEL: 'warn',
    },
  });
  await answers(`http://127.0.0.1:${port}/health/ready`);

  const saved = await fetch(`http://127.0.0.1:${port}/api/user_modules/save`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ moduleId: 'notes', data: { a: 1 } }),
  });
  expect(saved.status).toBe(201);
  expect(await saved.json()).toMatchObject({
    userId: 'user_1',
    moduleId: 'notes',
    data: { a: 1 },
    version: 1,
  });
});

async function answers(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    if (service?.exitCode !== null) throw new Error('The service ended');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
