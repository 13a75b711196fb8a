import { remoteKeys, type RemoteKeysOptions, type SallyportEvent } from 'sallyport';
import { startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';
import { cleanUp, later } from '../../support/clean-up';
import { oversleep, pass, stopTime, until } from '../../support/fake-time';

let issuer: HttpTestIssuer;
let kid: string;
let events: SallyportEvent[];
let kept: unknown;

beforeEach(async () => {
  stopTime();
  issuer = await startTestIssuer({ algorithms: ['ES256'] });
  later(issuer.close);
  kid = issuer.signingKey().kid;
  events = [];
  kept = undefined;
});

afterEach(async () => {
  await cleanUp();
  jest.useRealTimers();
});

const memory = { read: () => kept, write: (text: string) => (kept = text) };

/** Another process with the same cache. */
function another(cache: unknown = memory, options: Partial<RemoteKeysOptions> = { jwksUri: issuer.jwksUri }) {
  const onEvent = (event: SallyportEvent) => void events.push(event);
  const keys = remoteKeys({ random: () => 0, ...options, cache, onEvent } as never);
  later(() => keys.close());
  return keys;
}

async function filled(): Promise<Record<string, unknown>> {
  await another().prewarm();
  return JSON.parse(String(kept)) as Record<string, unknown>;
}

it('serves the next process without asking the issuer, and says so', async () => {
  await filled();
  oversleep(599);
  const keys = another();
  expect(await keys.find(kid)).toMatchObject({ kid });
  expect(issuer.fetches).toBe(1);
  expect(events.at(-1)).toMatchObject({ type: 'keys_refreshed', keys: 1, cached: true });
  expect(keys.state()).toMatchObject({ ageSeconds: 599, stale: false });
});

it('counts from when the set was fetched: past fresh the issuer is asked, and the next process is served that', async () => {
  await filled();
  oversleep(600);
  await another().prewarm();
  expect(issuer.fetches).toBe(2);
  oversleep(599);
  await another().prewarm();
  expect(issuer.fetches).toBe(2);
});

it('is served past fresh only once the issuer has failed, and no longer than the stale time', async () => {
  await filled();
  await issuer.fail(500);
  oversleep(4199);
  const keys = another();
  expect(await keys.find(kid)).toMatchObject({ kid });
  expect(issuer.fetches).toBe(2);
  expect(keys.state()).toMatchObject({ stale: true, lastFailure: 'status' });
  oversleep(1);
  await expect(another().find(kid)).rejects.toMatchObject({ code: 'keys_unavailable' });
});

it('does not keep a rotation out: a kid that is not in it is looked for at the issuer', async () => {
  await filled();
  const next = issuer.rotate();
  expect(await another().find(next)).toMatchObject({ kid: next });
  expect(issuer.fetches).toBe(2);
});

it('is asked again by a process that wakes past fresh, since another one may have been quicker', async () => {
  const sleeper = another();
  await sleeper.prewarm();
  oversleep(700);
  await another().prewarm();
  expect(issuer.fetches).toBe(2);
  expect(await sleeper.find(kid)).toBeDefined();
  expect(issuer.fetches).toBe(2);
});

it('holds public keys, the time and a digest of the source, and no address', async () => {
  const text = await filled();
  expect(Object.keys(text).sort()).toEqual(['keys', 'readAt', 'source', 'version']);
  expect(String(kept)).not.toContain('127.0.0.1');
  expect(text['keys']).toMatchObject([{ kid, kty: 'EC' }]);
});

it.each<[string, (good: Record<string, unknown>) => unknown]>([
  ['nothing', () => undefined],
  ['null', () => null],
  ['an object', (good) => good],
  ['no JSON', () => '{'],
  ['a list', () => '[]'],
  ['a bare JWK Set', ({ keys }) => JSON.stringify({ keys })],
  ['the set of another source', (good) => JSON.stringify({ ...good, source: 'other' })],
  ['another version', (good) => JSON.stringify({ ...good, version: 2 })],
  ['a time in the future', (good) => JSON.stringify({ ...good, readAt: Date.now() + 1 })],
  ['no time', (good) => JSON.stringify({ ...good, readAt: undefined })],
  ['a time that is text', (good) => JSON.stringify({ ...good, readAt: String(Date.now()) })],
  ['a time long ago', (good) => JSON.stringify({ ...good, readAt: 0 })],
  ['no keys', (good) => JSON.stringify({ ...good, keys: [] })],
  ['keys that are no list', (good) => JSON.stringify({ ...good, keys: {} })],
  [
    'a private key',
    (good) =>
      JSON.stringify({ ...good, keys: (good['keys'] as object[]).map((key) => ({ ...key, d: 'AA' })) }),
  ],
  ['more than may be read', (good) => JSON.stringify({ ...good, padding: 'x'.repeat(524_288) })],
])('that gives %s is done without', async (_, spoil) => {
  kept = spoil(await filled());
  expect(await another().find(kid)).toMatchObject({ kid });
  expect(issuer.fetches).toBe(2);
});

it('of another source is not used, however alike the addresses are', async () => {
  await filled();
  await issuer.fail(500);
  await expect(another().prewarm()).resolves.toBeUndefined();
  const other = another(memory, { jwksUri: `${issuer.jwksUri}?tenant=2` });
  await expect(other.prewarm()).rejects.toMatchObject({ code: 'keys_unavailable' });
});

it.each<[string, object]>([
  ['throws', { read: () => fail(), write: () => fail() }],
  [
    'rejects',
    { read: () => Promise.reject(new Error('down')), write: () => Promise.reject(new Error('down')) },
  ],
])('that %s fails no request', async (_, cache) => {
  expect(await another(cache).find(kid)).toMatchObject({ kid });
  expect(events).toMatchObject([{ type: 'keys_refreshed' }]);
});

it('that never answers is waited for no longer than a second', async () => {
  const never = () => new Promise(() => undefined);
  const keys = another({ read: never, write: never });
  const found = keys.find(kid);
  await pass(1);
  await until(() => issuer.fetches === 1);
  expect(await found).toMatchObject({ kid });
});

it.each([null, {}, { read: () => '' }, 'file', { read: 'a', write: 'b' }])(
  'throws at mount where it is %j',
  (cache) => {
    expect(() => another(cache)).toThrow('"cache"');
  },
);

function fail(): never {
  throw new Error('down');
}
