import crypto, { generateKeyPairSync } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { remoteKeys, staticKeys, type SallyportEvent, type UnusableKey } from 'sallyport';
import { cleanUp, later } from '../../support/clean-up';
import { oversleep, stopTime } from '../../support/fake-time';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-521' });
const p521 = publicKey.export({ format: 'jwk' });

afterEach(async () => {
  jest.restoreAllMocks();
  await cleanUp();
  jest.useRealTimers();
});

/** Keys that differ in their text, which is all that importing looks at: malformed ones cost no less than good ones. */
const malformed = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({ ...p521, kid: `bad${String(from + n)}`, x: `x${String(n)}` }));

/** As many good keys, cheaply made. */
const good = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }),
    kid: `good${String(n)}`,
  }));

function told(keys: readonly object[]): { usable: number; unusable: readonly UnusableKey[] } {
  const events: SallyportEvent[] = [];
  staticKeys({ keys }, { onEvent: (event) => events.push(event) });
  const [event] = events;
  if (event?.type !== 'keys_refreshed') throw new Error('nothing was told');
  return { usable: event.keys, unusable: event.unusable };
}

const importing = () => jest.spyOn(crypto, 'createPublicKey');

/** A set at an address, whose members a test changes. */
function served(keys: object[]) {
  const set = { keys };
  const fetch = () => Promise.resolve(new Response(JSON.stringify(set)));
  const source = remoteKeys({ jwksUri: 'https://issuer.test/jwks', fetch });
  later(() => source.close());
  return { set, source };
}

it('A set of thousands of keys has its first 100 usable ones, and imports no more than those', async () => {
  const imports = importing();
  const keys = good(101);
  const many = [...keys, ...malformed(0, 2000)];
  expect(told(many).usable).toBe(100);
  expect(imports).toHaveBeenCalledTimes(100);
  const source = staticKeys({ keys: many });
  expect(await source.find('good99')).toMatchObject({ jwk: keys[99] });
  expect(await source.find('good100')).toBeUndefined();
});

it('A set of exactly 100 usable keys is used whole', () => {
  expect(told(good(100))).toEqual({ usable: 100, unusable: [] });
});

it('A key that is listed once for each algorithm takes one place, and 101 kids of one key take 101', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const rsa = { ...publicKey.export({ format: 'jwk' }), kid: 'rsa' };
  const each = ['RS256', 'RS384', 'RS512', 'PS256'].map((alg) => ({ ...rsa, alg }));
  expect(told([...good(99), ...each])).toEqual({ usable: 100, unusable: [] });
  expect(told([...good(100), ...each]).unusable).toHaveLength(4);
  const aliases = Array.from({ length: 101 }, (_, n) => ({ ...rsa, kid: `alias${String(n)}` }));
  const why = 'too many keys in the set';
  expect(told(aliases)).toEqual({ usable: 100, unusable: [{ kid: 'alias100', why }] });
});

it('A thousand entries under one kid are judged in no time', () => {
  const [a, b] = good(2).map((key) => ({ ...key, kid: 'same' }));
  const many = Array.from({ length: 1000 }, (_, n) => (n % 2 === 0 ? a : b)) as object[];
  const start = process.cpuUsage();
  expect(() => staticKeys({ keys: many })).toThrow('shares its kid');
  expect(process.cpuUsage(start).user).toBeLessThan(500_000);
});

it('Keys that can be told to be unusable without importing them take nobody\u2019s place', () => {
  const cheap = Array.from({ length: 300 }, (_, n) => ({ kty: 'oct', k: 'AA', kid: `secret${String(n)}` }));
  const { usable, unusable } = told([...cheap, ...good(100)]);
  expect(usable).toBe(100);
  expect(unusable).toHaveLength(101);
});

it('Members beyond the first 1000 are not looked at, since judging 260 000 of them would block for seconds', () => {
  const nothing = (count: number) => Array.from({ length: count }, () => 0 as never);
  const { usable, unusable } = told([...nothing(998), ...good(2), ...nothing(200_000), ...malformed(0, 1)]);
  expect(usable).toBe(2);
  expect(unusable[99]).toEqual({ kid: undefined, why: 'not a JSON object' });
  expect(unusable[100]).toEqual({ kid: undefined, why: 'and 200899 others' });
  expect(told([...nothing(999), ...good(2)]).usable).toBe(1);
});

it('A set of malformed keys costs 200 imports, and good keys among the first 200 are used', () => {
  const imports = importing();
  expect(told([...malformed(0, 199), ...good(2)]).usable).toBe(1);
  expect(imports).toHaveBeenCalledTimes(200);
});

it('What is beyond the bound is reported, at most 100 entries and a number, and with a kid that is cut', () => {
  const long = { ...p521, kid: 'k'.repeat(100_000), x: 'malformed' };
  const { unusable } = told([long, ...good(100), ...malformed(0, 2000)]);
  expect(unusable).toHaveLength(101);
  expect(unusable[0]).toEqual({ kid: 'k'.repeat(200), why: 'parameters malformed' });
  expect(unusable[1]).toEqual({ kid: 'bad0', why: 'too many keys in the set' });
  expect(unusable[100]).toEqual({ kid: undefined, why: 'and 1901 others' });
});

it('A refresh imports only the keys that are new, whatever else of a member has changed', async () => {
  stopTime();
  const imports = importing();
  const keys = [...good(20), ...malformed(0, 5)];
  const { set, source } = served(keys);
  const first = await source.find('good0');
  expect(imports).toHaveBeenCalledTimes(25);

  oversleep(601);
  set.keys = keys.map((key) => ({ ...key, x5c: ['renewed'] }));
  expect(await source.find('good0')).toBe(first);
  expect(imports).toHaveBeenCalledTimes(25);

  oversleep(601);
  const [renamed] = set.keys;
  set.keys = [...set.keys, { ...good(1)[0], kid: 'new' }, { ...renamed, kid: 'another name' }];
  expect(await source.find('new')).toBeDefined();
  expect(await source.find('another name')).toMatchObject({ jwk: { kid: 'another name' } });
  expect(imports).toHaveBeenCalledTimes(26);

  oversleep(601);
  set.keys = [{ ...good(1)[0], kid: 'good0' }];
  expect(await source.find('good0')).not.toEqual(first);
  expect(imports).toHaveBeenCalledTimes(27);
});

it('Reading a large set leaves the event loop to others after 10 imports', async () => {
  const imports = importing();
  const { source } = served(malformed(0, 2000).concat(good(1) as never));
  const ended = jest.fn();
  void source.prewarm().then(ended, ended);
  const inOneTurn: number[] = [];
  while (ended.mock.calls.length === 0) {
    const before = imports.mock.calls.length;
    await setImmediate();
    inOneTurn.push(imports.mock.calls.length - before);
  }
  expect(imports).toHaveBeenCalledTimes(200);
  expect(Math.max(...inOneTurn)).toBeLessThanOrEqual(20);
});

it('Reading a large set ends when its source is closed', async () => {
  const imports = importing();
  const { source } = served(malformed(0, 200));
  const read = source.prewarm().catch(() => undefined);
  while (imports.mock.calls.length === 0) await setImmediate();
  source.close();
  await read;
  expect(imports.mock.calls.length).toBeLessThan(200);
});
