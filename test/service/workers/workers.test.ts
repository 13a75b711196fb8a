import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';
import { builtService } from '../../support/built-service';
import { caller } from '../../support/caller';
import { cleanUp, later, temporaryFolder } from '../../support/clean-up';
import { eventually } from '../../support/eventually';
import { startProcess, type ServiceProcess } from '../../support/service-process';

jest.setTimeout(60_000);

let main: string;
let issuer: HttpTestIssuer;
beforeAll(async () => {
  main = builtService();
  issuer = await startTestIssuer({ audience: 'analyzer' });
  later(() => issuer.close());
});
afterAll(cleanUp);

const start = (env: Record<string, string> = {}) =>
  startProcess(main, temporaryFolder(), {
    AUTH_ISSUER: issuer.issuer,
    AUTH_AUDIENCE: 'analyzer',
    WEB_CONCURRENCY: '2',
    SHUTDOWN_GRACE_SECONDS: '2',
    RATE_LIMIT_USER_PER_MINUTE: '1000000',
    MAX_IN_FLIGHT_PER_USER: '1000',
    ...env,
  });
const as = (url: string, subject: string) =>
  caller(url, () => ({ authorization: `Bearer ${issuer.token({ sub: subject })}`, connection: 'close' }));
const linesOf = (service: ServiceProcess) =>
  service
    .stdout()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const pidsOf = (service: ServiceProcess) =>
  linesOf(service)
    .filter(({ msg }) => msg === 'worker started')
    .map(({ pid }) => pid as number);
const listeners = (service: ServiceProcess) =>
  linesOf(service).filter(({ msg }) => msg === 'listening').length;

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function startAll(env: Record<string, string> = {}): Promise<{ service: ServiceProcess; url: string }> {
  const service = start(env);
  const url = await service.listening;
  await eventually(() => listeners(service) === 2);
  return { service, url };
}

const nothingIsLeftOf = (service: ServiceProcess) => eventually(() => !pidsOf(service).some(lives));

describe('two workers', () => {
  it('answer on one port, over one folder, and log whole lines with their numbers', async () => {
    const { service, url } = await startAll();
    const ada = as(url, 'ada');
    await eventually(async () => (await ada.get('/health/ready')).status === 200);
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => ada.save(`m${n % 10}`, { n })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(90);
    const requests = () => linesOf(service).filter(({ path }) => path === '/api/user_modules/save');
    await eventually(() => requests().length === 100);
    for (const { worker } of requests()) expect([1, 2]).toContain(worker);
  });

  it('are replaced when they are killed, and lose no save that was acknowledged', async () => {
    const { service, url } = await startAll();
    const ada = as(url, 'ada');
    const acknowledged: string[] = [];
    let sent = 0;
    const saveOn = async (): Promise<void> => {
      while (sent < 300) {
        const id = `m${(sent += 1)}`;
        if (sent === 100) process.kill(pidsOf(service)[0]!, 'SIGKILL');
        const saved = await ada.save(id, { id }).catch(() => undefined);
        if (saved?.status === 201) acknowledged.push(id);
      }
    };
    await Promise.all(Array.from({ length: 8 }, saveOn));
    await eventually(() => listeners(service) === 3);
    expect(acknowledged.length).toBeGreaterThan(200);
    for (const id of acknowledged) {
      expect((await ada.get(`/api/user_modules/user/ada/${id}`)).json).toMatchObject({ moduleId: id });
    }
    expect(linesOf(service)).toContainEqual(
      expect.objectContaining({ level: 'error', worker: 1, signal: 'SIGKILL', pauseMs: 0 }),
    );
    service.kill('SIGTERM');
    expect(await service.ended).toEqual({ code: 0, signal: null });
  });
});

describe('the primary, told to stop', () => {
  it('SIGTERM: lets every worker drain, ends with 0, and leaves nothing', async () => {
    const { service, url } = await startAll();
    const ada = as(url, 'ada');
    await ada.save('m', {});
    service.kill('SIGTERM');
    await eventually(async () => (await ada.get('/health/ready')).status === 503);
    const served = await ada.get('/api/user_modules/user/ada/m');
    expect(served.status).toBe(200);
    expect(await service.ended).toEqual({ code: 0, signal: null });
    expect(linesOf(service).filter(({ msg }) => msg === 'stopped')).toHaveLength(2);
    await nothingIsLeftOf(service);
  });

  it('SIGINT, as a terminal sends it to all processes at once: ends with 0 without waiting', async () => {
    const { service } = await startAll({ SHUTDOWN_GRACE_SECONDS: '600' });
    for (const pid of pidsOf(service)) process.kill(pid, 'SIGINT');
    service.kill('SIGINT');
    expect(await service.ended).toEqual({ code: 0, signal: null });
    await nothingIsLeftOf(service);
  });

  it('twice: ends at once, and its workers with it', async () => {
    const { service } = await startAll({ SHUTDOWN_GRACE_SECONDS: '600' });
    service.kill('SIGTERM');
    await eventually(() => service.stdout().includes('shutting down'));
    service.kill('SIGTERM');
    expect(await service.ended).toEqual({ code: 143, signal: null });
    await nothingIsLeftOf(service);
  });

  it('while its workers start: ends with 0', async () => {
    const service = start();
    await eventually(() => service.stdout().includes('worker started'));
    service.kill('SIGINT');
    expect(await service.ended).toEqual({ code: 0, signal: null });
    await nothingIsLeftOf(service);
  });

  it('with kill -9: its workers end too', async () => {
    const { service } = await startAll();
    service.kill('SIGKILL');
    await nothingIsLeftOf(service);
  });
});

describe('workers that cannot start', () => {
  it('end the primary with 1 when the port is taken, instead of being replaced', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    later(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const service = start({ PORT: String((other.address() as AddressInfo).port) });
    expect(await service.ended).toEqual({ code: 1, signal: null });
    expect(service.stdout()).toContain('EADDRINUSE');
    expect(pidsOf(service)).toHaveLength(2);
    expect(pidsOf(service).some(lives)).toBe(false);
  });

  it('are not even started where the configuration is wrong', async () => {
    const service = start({ WEB_CONCURRENCY: '0' });
    expect(await service.ended).toEqual({ code: 1, signal: null });
    expect(service.stderr()).toContain('WEB_CONCURRENCY is wrong; expected a whole number, 1 to 256');
  });
});
