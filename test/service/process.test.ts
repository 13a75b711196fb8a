import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import { startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';
import { builtService } from '../support/built-service';
import { caller } from '../support/caller';
import { cleanUp, later, temporaryFolder } from '../support/clean-up';
import { eventually } from '../support/eventually';
import { startProcess } from '../support/service-process';

jest.setTimeout(60_000);

let main: string;
let issuer: HttpTestIssuer;
beforeAll(async () => {
  main = builtService();
  issuer = await startTestIssuer({ audience: 'analyzer' });
  later(() => issuer.close());
}, 60_000);
afterAll(cleanUp);

const start = (env: Record<string, string> = {}, cwd = temporaryFolder()) =>
  startProcess(main, cwd, {
    AUTH_ISSUER: issuer.issuer,
    AUTH_AUDIENCE: 'analyzer',
    SHUTDOWN_GRACE_SECONDS: '2',
    ...env,
  });
const as = (url: string, subject: string) =>
  caller(url, () => ({ authorization: `Bearer ${issuer.token({ sub: subject })}` }));

describe('at its start', () => {
  it('exits with 1 and names every wrong or missing variable, on stderr and in plain words', async () => {
    const service = startProcess(main, temporaryFolder(), { PORT: 'http', MONGODB_URI: 'user:hunter2@db' });
    expect(await service.ended).toEqual({ code: 1, signal: null });
    for (const name of [
      'AUTH_ISSUER is missing',
      'AUTH_AUDIENCE is missing',
      'PORT is wrong',
      'MONGODB_URI is wrong',
    ]) {
      expect(service.stderr()).toContain(name);
    }
    expect(service.stderr() + service.stdout()).not.toContain('hunter2');
    expect(service.stderr()).not.toMatch(/\bat .+:\d+:\d+/);
  });

  it('reads a .env file, and lets the environment win', async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, '.env'),
      `AUTH_AUDIENCE=other\nAUTH_ISSUER=${issuer.issuer}\nLOG_LEVEL=silent\n`,
    );
    const service = startProcess(main, folder, { AUTH_AUDIENCE: 'analyzer', LOG_LEVEL: 'info' });
    const url = await service.listening;
    expect((await as(url, 'ada').get('/api/users/me')).status).toBe(200);
  });

  it('exits with 1 when there is a .env that cannot be read, and says so in plain words', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, '.env'));
    const service = start({}, folder);
    expect(await service.ended).toEqual({ code: 1, signal: null });
    expect(service.stderr()).toBe(
      "There is a .env here that can't be read; it must be a file that this user may read.\n",
    );
  });

  it('exits with 1 when the port is taken, and says which address', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    later(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const port = String((other.address() as AddressInfo).port);
    const service = start({ PORT: port });
    expect((await service.ended).code).toBe(1);
    expect(service.stdout()).toContain('EADDRINUSE');
    expect(service.stdout()).toContain(port);
  });

  it('exits with 1 when a newer version wrote the folder, and names folder and format', async () => {
    const folder = temporaryFolder();
    const root = open({ path: join(folder, 'data'), noSubdir: false, encoding: 'string' });
    await root.openDB({ name: 'about', encoding: 'string' }).put('format', '99');
    await root.close();
    const service = start({}, folder);
    expect((await service.ended).code).toBe(1);
    expect(service.stdout()).toContain('DATA_DIR ./data is in storage format 99');
  });

  it('starts while the folder cannot be opened, answers 503, and is ready once it can', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'data'), 'in the way');
    const url = await start({}, folder).listening;
    const ada = as(url, 'ada');
    const ready = await ada.get('/health/ready');
    expect(ready.status).toBe(503);
    expect(ready.json.missing).toContain('store');
    const refused = await ada.save('m', {});
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]/);
    rmSync(join(folder, 'data'));
    await eventually(async () => (await ada.get('/health/ready')).status === 200);
    expect((await ada.save('m', {})).status).toBe(201);
  });

  it('starts while the issuer is down, and is ready once it is up', async () => {
    const late = await startTestIssuer({ audience: 'analyzer' });
    later(() => late.close());
    await late.fail();
    const url = await start({ AUTH_ISSUER: late.issuer }).listening;
    const nobody = caller(url, () => ({}));
    const ready = await nobody.get('/health/ready');
    expect(ready.status).toBe(503);
    expect(ready.json).toMatchObject({ code: 'keys_unavailable', missing: [`keys of ${late.issuer}`] });
    expect((await nobody.get('/health/live')).status).toBe(200);
    await late.recover();
    await eventually(async () => (await nobody.get('/health/ready')).status === 200);
  });
});

describe('an acknowledged save', () => {
  it('is there after kill -9 and a restart', async () => {
    const folder = temporaryFolder();
    const first = start({}, folder);
    const ada = as(await first.listening, 'ada');
    const acknowledged: string[] = [];
    const storm = Array.from({ length: 200 }, async (_, index) => {
      const saved = await ada.save(`m${index}`, { index }).catch(() => undefined);
      if (saved?.status === 201) acknowledged.push(`m${index}`);
      if (acknowledged.length === 50) first.kill('SIGKILL');
    });
    await Promise.all(storm);
    expect((await first.ended).signal).toBe('SIGKILL');
    expect(acknowledged.length).toBeGreaterThanOrEqual(50);

    const again = as(await start({}, folder).listening, 'ada');
    for (const id of acknowledged) {
      expect((await again.get(`/api/user_modules/user/ada/${id}`)).json).toMatchObject({
        moduleId: id,
        version: 1,
      });
    }
  }, 30_000);
});

describe('told to stop', () => {
  it('SIGTERM: is not ready but still serves, saying close, then ends with 0', async () => {
    const service = start();
    const url = await service.listening;
    const ada = as(url, 'ada');
    await ada.save('m', {});
    service.kill('SIGTERM');
    await eventually(async () => (await ada.get('/health/ready')).status === 503);
    expect((await ada.get('/health/ready')).json).toMatchObject({ code: 'draining', missing: ['draining'] });
    const served = await ada.get('/api/user_modules/user/ada/m');
    expect(served.status).toBe(200);
    expect(served.headers.get('connection')).toBe('close');
    expect(await service.ended).toEqual({ code: 0, signal: null });
    await expect(ada.get('/health/live')).rejects.toThrow();
  });

  it('SIGINT: ends with 0 without waiting, idle connections or not', async () => {
    const service = start({ SHUTDOWN_GRACE_SECONDS: '600' });
    await as(await service.listening, 'ada').get('/health/live');
    service.kill('SIGINT');
    expect(await service.ended).toEqual({ code: 0, signal: null });
  });

  it('twice: ends at once', async () => {
    const service = start({ SHUTDOWN_GRACE_SECONDS: '600' });
    await service.listening;
    service.kill('SIGTERM');
    await eventually(async () => service.stdout().includes('shutting down'));
    service.kill('SIGTERM');
    expect(await service.ended).toEqual({ code: 143, signal: null });
  });
});
