import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { caller } from '../support/caller';
import { cleanUp } from '../support/clean-up';
import { startService } from '../support/service';

const FOLDER = 'service/monitoring';
const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');
const promtool = (...args: string[]) => spawnSync('promtool', args, { cwd: FOLDER, encoding: 'utf8' });
/** Debian has it in the package prometheus. */
const withPromtool = promtool('--version').error === undefined ? it : it.skip;

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number };
  readonly targets: readonly { readonly expr: string }[];
}
const { panels } = JSON.parse(read('dashboard.json')) as { readonly panels: readonly Panel[] };

afterAll(cleanUp);

describe('the alert rules', () => {
  const rules = [...read('alerts.yaml').matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
  const tests = read('alerts.test.yaml');

  it.each(rules)('%s has a test in which it fires, and one in which it is silent', (rule) => {
    const outcomes = [...tests.matchAll(new RegExp(`alertname: ${rule}\\n\\s+exp_alerts:( \\[\\])?`, 'g'))];
    expect(outcomes.map(([, none]) => none === undefined)).toEqual([true, false]);
  });

  withPromtool('are rules to promtool, and its tests of them pass', () => {
    const checked = promtool('check', 'rules', 'alerts.yaml');
    expect([checked.status, checked.stdout]).toEqual([
      0,
      expect.stringContaining(`${rules.length} rules found`),
    ]);
    const tested = promtool('test', 'rules', 'alerts.test.yaml');
    expect([tested.status, tested.stdout + tested.stderr]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });
});

it('the dashboard and the alert rules ask for metrics that the service has, and for no other', async () => {
  const service = await startService({ OPS_PORT: '0' });
  const { text } = await caller(service.metricsUrl, () => ({})).get('/metrics');
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({
    name,
    type,
  }));
  const known = new Set([
    'up',
    ...types.flatMap(({ name, type }) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    ),
  ]);
  const asked = [
    ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    read('alerts.yaml'),
  ].flatMap((query) => query.match(/\b(?:up(?=\{)|(?:sallyport|http|process|nodejs)_\w+)/g) ?? []);
  expect(asked.length).toBeGreaterThan(25);
  expect(asked.filter((name) => !known.has(name))).toEqual([]);
  const shown = new Set(asked);
  const ours = types.filter(({ name }) => /^(sallyport|http)_/.test(name)).map(({ name }) => name);
  expect(ours.filter((name) => ![...shown].some((one) => one.startsWith(name)))).toEqual([]);
});

it('the panels of the dashboard have ids and places of their own', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(new Set(panels.map(({ gridPos: { x, y } }) => `${x},${y}`)).size).toBe(panels.length);
});
