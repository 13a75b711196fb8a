import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ownBuild } from '../support/built-service';
import { caller } from '../support/caller';
import { cleanUp, temporaryFolder } from '../support/clean-up';
import { startProcess } from '../support/service-process';

afterAll(cleanUp);

/** A package of that name that cannot be loaded, where the service would find it first. */
function breakPackage(main: string, name: string): void {
  const folder = join(dirname(main), 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.js'), `throw new Error('${name} was loaded');`);
}

const env = { AUTH_ISSUER: 'http://127.0.0.1:1', AUTH_AUDIENCE: 'analyzer', SHUTDOWN_GRACE_SECONDS: '0' };

it.each([
  ['lmdb', 'MONGODB_URI is set', { MONGODB_URI: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=500' }],
  ['mongoose', 'it is not', {}],
])('starts without %s where %s', async (name, _, store) => {
  const main = ownBuild();
  breakPackage(main, name);
  const url = await startProcess(main, temporaryFolder(), { ...env, ...store }).listening;
  expect((await caller(url, () => ({})).get('/health/live')).status).toBe(200);
});
