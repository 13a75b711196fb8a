import { caller } from '../../support/caller';
import { cleanUp } from '../../support/clean-up';
import { eventually } from '../../support/eventually';
import { workerWorld } from '../../support/workers';

jest.setTimeout(60_000);
afterAll(cleanUp);

it('the metrics of all workers are on one port, added up, and no worker has that port itself', async () => {
  const world = await workerWorld();
  const { url, lines, pids, listeners } = world.start({ OPS_PORT: '0' });
  const ada = world.as(await url, 'ada');
  for (let time = 0; time < 20; time += 1) expect((await ada.save(`m${time}`, {})).status).toBe(201);
  const [line, ...others] = lines().filter(({ msg }) => msg === 'metrics are served');
  expect([line?.['worker'], others]).toEqual([undefined, []]);
  const ops = caller(String(line?.['metrics']), () => ({}));
  const { text } = await ops.get('');
  const saved = '{method="POST",route="/api/user_modules/save",status="201"}';
  expect(text).toContain(`http_request_duration_seconds_count${saved} 20\n`);
  expect(text).toContain('sallyport_verifications_total{kind="token",outcome="accepted",reason=""} 20\n');
  expect(text).toContain('sallyport_revocations_live 0\n');
  expect(text.match(/^sallyport_keys_age_seconds\{.*$/gm)).toHaveLength(1);
  expect(text.match(/^process_resident_memory_bytes .*$/gm)).toHaveLength(1);

  const [first] = pids();
  process.kill(first ?? 0, 'SIGKILL');
  await eventually(() => listeners() === 3);
  expect((await ops.get('')).status).toBe(200);
  await world.end();
});
