import { builtService } from '../support/built-service';
import { caller } from '../support/caller';
import { cleanUp, temporaryFolder } from '../support/clean-up';
import { eventually } from '../support/eventually';
import { startProcess, type ServiceProcess } from '../support/service-process';

jest.setTimeout(60_000);

let main: string;
beforeAll(() => {
  main = builtService();
});
afterAll(cleanUp);

const REQUESTS = 3000;

/** A service that nobody reads the log of any more, after more lines than it may keep. */
async function startStalled(): Promise<{ service: ServiceProcess; goOn: () => void; url: string }> {
  const service = startProcess(main, temporaryFolder(), {
    AUTH_ISSUER: 'http://127.0.0.1:1',
    AUTH_AUDIENCE: 'analyzer',
    SHUTDOWN_GRACE_SECONDS: '1',
  });
  const url = await service.listening;
  const goOn = service.stall();
  const nobody = caller(url, () => ({}));
  for (let sent = 0; sent < REQUESTS; sent += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => nobody.get(`/${'x'.repeat(500)}`)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
  }
  return { service, goOn, url };
}

it('serves on, and ends when it is told to, while nobody reads its standard output', async () => {
  const { service, url } = await startStalled();
  expect((await caller(url, () => ({})).get('/health/live')).status).toBe(200);
  service.kill('SIGTERM');
  expect(await service.exited).toEqual({ code: 0, signal: null });
});

it('tells a reader who goes on how many lines were lost, in whole lines, up to the last', async () => {
  const { service, goOn } = await startStalled();
  goOn();
  await eventually(async () => service.stdout().includes('log lines lost'));
  service.kill('SIGTERM');
  expect(await service.ended).toEqual({ code: 0, signal: null });
  const lines = service
    .stdout()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string; lost?: number });
  const requests = lines.filter(({ msg }) => msg === 'request').length;
  const lost = lines.reduce((sum, line) => sum + (line.lost ?? 0), 0);
  expect(lost).toBeGreaterThan(0);
  // Some of the lost lines may be others, such as those on keys that can not be read.
  expect(requests + lost).toBeGreaterThanOrEqual(REQUESTS);
  expect(lines.at(-1)).toMatchObject({ msg: 'stopped' });
});
