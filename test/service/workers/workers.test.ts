import { cleanUp, temporaryFolder } from '../../support/clean-up';
import { passedOf } from '../../support/counted-together';
import { eventually } from '../../support/eventually';
import { ownDatabaseServer } from '../../support/own-database-server';
import { stores } from '../../support/stores';
import { workerWorld, type WorkerWorld } from '../../support/workers';

jest.setTimeout(120_000);

// A test database on a busy machine may take longer than a store's deadline of 2 s for so many first requests.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

let world: WorkerWorld;
beforeAll(async () => {
  world = await workerWorld();
});
afterEach(() => world.end());
afterAll(cleanUp);

async function ownDatabase(): Promise<{ MONGODB_URI: string }> {
  const { uri, start } = await ownDatabaseServer();
  await start();
  return { MONGODB_URI: uri };
}

describe.each(stores)('two workers over $name', ({ name, env }) => {
  const start = (more: Record<string, string> = {}) => {
    const folder = temporaryFolder();
    return world.start({ ...env(folder), ...more }, folder);
  };

  it('answer on one port, from one store, half of the connections each', async () => {
    const { url, lines } = start();
    const ada = world.as(await url, 'ada');
    await eventually(async () => (await ada.get('/health/ready')).json.missing?.length === 0);
    const created: number[] = [];
    for (let n = 0; n < 60; n += 1) created.push((await ada.save(`m${n % 10}`, { n })).status);
    expect(created.filter((status) => status === 201)).toHaveLength(10);
    expect(created.filter((status) => status === 200)).toHaveLength(50);
    const requests = () => lines().filter(({ path }) => path === '/api/user_modules/save');
    await eventually(() => requests().length === 60);
    const ofWorker = (number: number) => requests().filter(({ worker }) => worker === number).length;
    expect(ofWorker(1) + ofWorker(2)).toBe(60);
    // One after the other, and only past a worker that is not free.
    expect(ofWorker(1)).toBeGreaterThanOrEqual(20);
    expect(ofWorker(2)).toBeGreaterThanOrEqual(20);
  });

  it('both refuse a session that was revoked at one of them', async () => {
    const { url, lines } = start();
    const address = await url;
    const ada = world.as(address, 'ada');
    await eventually(async () => (await ada.get('/health/ready')).json.missing?.length === 0);
    const authorization = `Bearer ${world.issuer.token({ sub: 'ada', sid: 'sess_1' })}`;
    const served = async () => (await ada.get('/api/users/me', { authorization })).status;
    for (let n = 0; n < 4; n += 1) expect(await served()).toBe(200);
    expect((await ada.post('/api/sessions/revoke', '', { authorization })).status).toBe(204);
    await eventually(async () => {
      const statuses = [await served(), await served(), await served(), await served()];
      return statuses.every((status) => status === 401);
    });
    const refusing = lines().filter(({ path, status }) => path === '/api/users/me' && status === 401);
    expect(new Set(refusing.map(({ worker }) => worker))).toEqual(new Set([1, 2]));
  });

  it(`count a user's requests ${name === 'MongoDB' ? 'together' : 'each by itself'}`, async () => {
    const { url } = start({ RATE_LIMIT_USER_PER_MINUTE: '20' });
    const address = await url;
    await eventually(
      async () => (await world.as(address, 'ada').get('/health/ready')).json.missing?.length === 0,
    );
    const expected = name === 'MongoDB' ? 20 : 40;
    const passed = await passedOf(async (subject) => {
      const user = world.as(address, subject);
      const statuses: number[] = [];
      for (let n = 0; n < 60; n += 1) statuses.push((await user.get('/api/users/me')).status);
      expect(statuses.at(-1)).toBe(429);
      return statuses.filter((status) => status === 200).length;
    }, expected);
    expect(passed).toBe(expected);
  });

  it('are replaced when they are killed, and lose no save that was acknowledged', async () => {
    const { service, url, pids, lines, listeners } = start(name === 'MongoDB' ? await ownDatabase() : {});
    const ada = world.as(await url, 'ada');
    await ada.save('first', {});
    const ids = Array.from({ length: 60 }, (_, n) => `m${n}`);
    const left = [...ids];
    let killed = false;
    const saveOn = async (): Promise<void> => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) {
        if (id === 'm20' && !killed) {
          killed = true;
          process.kill(pids()[0]!, 'SIGKILL');
        }
        // What fails is sent again, as a client does.
        const saved = await ada.save(id, { id }).catch(() => undefined);
        if (saved?.status !== 200 && saved?.status !== 201) left.push(id);
      }
    };
    await Promise.all(Array.from({ length: 8 }, saveOn));
    await eventually(() => listeners() === 3);
    for (const id of ids) {
      expect((await ada.get(`/api/user_modules/user/ada/${id}`)).json).toMatchObject({ moduleId: id });
    }
    expect(lines()).toContainEqual(
      expect.objectContaining({ level: 'error', worker: 1, signal: 'SIGKILL', pauseMs: 0 }),
    );
    service.kill('SIGTERM');
    expect(await service.ended).toEqual({ code: 0, signal: null });
  });
});
