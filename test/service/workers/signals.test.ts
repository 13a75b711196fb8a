import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanUp, later, temporaryFolder } from '../../support/clean-up';
import { eventually } from '../../support/eventually';
import { sendHalf } from '../../support/half-sent';
import { lives, nothingIsLeftOf, workerWorld, type WorkerWorld } from '../../support/workers';

jest.setTimeout(60_000);

let world: WorkerWorld;
beforeAll(async () => {
  world = await workerWorld();
});
afterEach(() => world.end());
afterAll(cleanUp);

describe('the primary, told to stop', () => {
  it('SIGTERM: lets every worker drain, ends with 0, and leaves nothing', async () => {
    const workers = world.start();
    const ada = world.as(await workers.url, 'ada');
    await ada.save('m', {});
    workers.service.kill('SIGTERM');
    await eventually(async () => (await ada.get('/health/ready')).status === 503);
    const served = await ada.get('/api/user_modules/user/ada/m');
    expect(served.status).toBe(200);
    expect(await workers.service.ended).toEqual({ code: 0, signal: null });
    expect(workers.lines().filter(({ msg }) => msg === 'stopped')).toHaveLength(2);
    await nothingIsLeftOf(workers);
  });

  it('SIGTERM: lets what is in flight at either worker finish', async () => {
    const workers = world.start({ SHUTDOWN_GRACE_SECONDS: '20' });
    const url = await workers.url;
    await world.as(url, 'ada').save('first', {});
    const text = '{"moduleId":"m","data":{}}';
    const headers = {
      Authorization: `Bearer ${world.issuer.token({ sub: 'ada' })}`,
      'Content-Type': 'application/json',
      // With the beginning that is sent: `{"type": `.
      'Content-Length': String('{"type": '.length + text.length),
    };
    const uploads = await Promise.all(
      Array.from({ length: 4 }, () => sendHalf(`${url}/api/user_modules/save`, headers)),
    );
    workers.service.kill('SIGTERM');
    await eventually(() => workers.lines().filter(({ msg }) => msg === 'shutting down').length === 2);
    for (const { socket } of uploads) socket.write(text);
    await Promise.all(uploads.map(({ closed }) => closed));
    for (const { answer } of uploads) expect(answer()).toMatch(/^HTTP\/1.1 400 /);
    expect(await workers.service.ended).toEqual({ code: 0, signal: null });
    const refusers = () =>
      workers.lines().flatMap(({ code, worker }) => (code === 'invalid_body' ? [worker] : []));
    // A line may come after its answer.
    await eventually(() => refusers().length === 4);
    expect(new Set(refusers())).toEqual(new Set([1, 2]));
  });

  it('SIGINT, as a terminal sends it to all processes: ends with 0 without waiting, and its workers in order', async () => {
    const workers = world.start({ SHUTDOWN_GRACE_SECONDS: '600' });
    const ada = world.as(await workers.url, 'ada');
    for (const pid of workers.pids()) process.kill(pid, 'SIGINT');
    // Each worker answers for its readiness after it has got its signal.
    await eventually(async () => (await ada.get('/health/ready')).json.missing?.length === 0);
    workers.service.kill('SIGINT');
    expect(await workers.service.ended).toEqual({ code: 0, signal: null });
    expect(workers.lines().filter(({ msg }) => msg === 'stopped')).toHaveLength(2);
    expect(workers.pids()).toHaveLength(2);
    await nothingIsLeftOf(workers);
  });

  it('twice: ends at once, and its workers with it', async () => {
    const workers = world.start({ SHUTDOWN_GRACE_SECONDS: '600' });
    await workers.url;
    workers.service.kill('SIGTERM');
    await eventually(() => workers.service.stdout().includes('shutting down'));
    workers.service.kill('SIGTERM');
    expect(await workers.service.ended).toEqual({ code: 143, signal: null });
    await nothingIsLeftOf(workers);
  });

  it('while its workers start: ends with 0', async () => {
    const workers = world.start();
    await eventually(() => workers.service.stdout().includes('worker started'));
    workers.service.kill('SIGINT');
    expect(await workers.service.ended).toEqual({ code: 0, signal: null });
    await nothingIsLeftOf(workers);
  });

  it('with kill -9: its workers end too', async () => {
    const workers = world.start();
    await workers.url;
    workers.service.kill('SIGKILL');
    await nothingIsLeftOf(workers);
  });
});

describe('workers that cannot start', () => {
  it('end the primary with 1 when the port is taken, and one of them says so', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    later(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const workers = world.start({ PORT: String((other.address() as AddressInfo).port) });
    expect(await workers.service.ended).toEqual({ code: 1, signal: null });
    const said = workers.lines().filter(({ msg }) => msg === 'cannot start');
    expect(said).toEqual([expect.objectContaining({ err: expect.objectContaining({ code: 'EADDRINUSE' }) })]);
    expect(workers.pids()).toHaveLength(2);
    expect(workers.pids().some(lives)).toBe(false);
  });

  it('end the primary with 1 when the data folder is none of ours, and one of them says so', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'data.mdb'), 'no database', { mode: 0o600 });
    const workers = world.start({ DATA_DIR: folder });
    expect(await workers.service.ended).toEqual({ code: 1, signal: null });
    expect(workers.lines().filter(({ msg }) => msg === 'cannot start')).toHaveLength(1);
    expect(workers.pids().some(lives)).toBe(false);
  });

  it('end when one of them fails while the other is still on its way', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'data.mdb'), 'no database', { mode: 0o600 });
    const workers = world.start({ DATA_DIR: folder });
    await eventually(() => workers.pids().length === 2);
    process.kill(workers.pids()[1]!, 'SIGSTOP');
    await eventually(() => workers.service.stdout().includes('a worker cannot start'));
    process.kill(workers.pids()[1]!, 'SIGCONT');
    expect(await workers.service.ended).toEqual({ code: 1, signal: null });
    expect(workers.lines().filter(({ msg }) => msg === 'cannot start')).toHaveLength(1);
  });

  it('are not even started where the configuration is wrong', async () => {
    const workers = world.start({ WEB_CONCURRENCY: '0' });
    expect(await workers.service.ended).toEqual({ code: 1, signal: null });
    expect(workers.service.stderr()).toContain('WEB_CONCURRENCY is wrong; expected a whole number, 1 to 256');
    expect(workers.pids()).toEqual([]);
  });
});
