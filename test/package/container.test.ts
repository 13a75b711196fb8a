import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createTestIssuer } from 'sallyport/testing';
import { npm, root } from './support/project';

const { issuer, publicKeyPem } = createTestIssuer();
const dockerfile = readFileSync(join(root, 'service/Dockerfile'), 'utf8');
const image = dockerfile.slice(dockerfile.lastIndexOf('FROM '));

/** The command of an instruction in its exec form: in the other one a shell would get the signals. */
function commandOf(instruction: string): string[] {
  const [, json = ''] = new RegExp(`^${instruction} (\\[.*\\])$`, 'm').exec(image) ?? [];
  return JSON.parse(json) as string[];
}

/** Another user, where this one may become it. */
const NOBODY = 65_534;
const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** No container engine is at hand: does what the last stage of the Dockerfile does, in an empty folder. */
async function imageTree(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-image-'));
  for (const [, what = ''] of image.matchAll(/^COPY (.+)$/gm)) {
    const words = what.replace('--from=build /build/', '').split(' ');
    for (const path of words.slice(0, -1)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await cp(join(root, path), join(folder, path), { recursive: true });
    }
  }
  expect(image).toContain('RUN npm ci --omit=dev');
  await npm(folder, 'ci', '--omit=dev');
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const mode = entry.isDirectory() ? 0o555 : 0o444;
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), mode);
  }
  await chmod(folder, 0o555);
  return folder;
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

it('runs as another user on a read-only tree, is healthy, and ends in order at SIGTERM', async () => {
  const cwd = await imageTree();
  const data = await mkdtemp(join(tmpdir(), 'sallyport-data-'));
  if ('uid' in asNobody) await chown(data, NOBODY, NOBODY);
  const settings = { AUTH_ISSUER: issuer, AUTH_AUDIENCE: 'a', AUTH_PUBLIC_KEY: publicKeyPem() };
  const env = {
    PATH: process.env['PATH'],
    PORT: await freePort(),
    DATA_DIR: data,
    SHUTDOWN_GRACE_SECONDS: '2',
    ...settings,
  };
  const healthy = (): Promise<boolean> =>
    new Promise((resolve) => {
      const [, ...check] = commandOf('HEALTHCHECK .* CMD');
      execFile(process.execPath, check, { cwd, env, ...asNobody }, (error) => resolve(error === null));
    });
  expect(await healthy()).toBe(false);

  expect(commandOf('CMD')).toEqual(['node', 'dist/service/main.js']);
  const service = spawn(process.execPath, commandOf('CMD').slice(1), {
    cwd,
    env,
    stdio: 'inherit',
    ...asNobody,
  });
  const ended = once(service, 'exit');
  for (let tries = 0; !(await healthy()) && tries < 60; tries += 1) await delay(250);
  expect(await healthy()).toBe(true);
  expect(await readdir(data)).toContain('data.mdb');
  service.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(await healthy()).toBe(false);
}, 240_000);

it('is not run by root', () => {
  expect(image).toMatch(/^USER 1000:1000$/m);
});
