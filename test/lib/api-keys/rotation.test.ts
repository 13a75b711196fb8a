import express from 'express';
import {
  apiKeyIdOf,
  apiKeys,
  apiKeyVerifier,
  authenticate,
  apiKey,
  authOf,
  byKind,
  cached,
  InternalError,
  memoryApiKeys,
  NotOwnerError,
  problemDetails,
  StoreUnavailableError,
  type ApiKeysOptions,
  type ApiKeyStore,
} from 'sallyport';
import { bearerAuth } from 'sallyport/mcp';
import { mongoStores } from 'sallyport/mongo';
import { cleanUp, later } from '../../support/clean-up';
import { hasMongo } from '../../support/database-uri';
import { eventually } from '../../support/eventually';
import { listening } from '../../support/listening';
import { closeConnections, openConnection } from '../../support/mongo';
import { send } from '../../support/send';

afterAll(cleanUp);
afterAll(closeConnections);

const START = Date.parse('2026-01-01T00:00:00Z');
const DAY = 86_400_000;
const inMemory = { name: 'memory', open: () => Promise.resolve(memoryApiKeys()) };
const inMongo = {
  name: 'MongoDB',
  async open() {
    const stores = mongoStores(await openConnection(), { deadlineMs: 20_000 });
    await stores.ensureIndexes();
    return stores.apiKeys;
  },
};
const keyStores = hasMongo ? [inMemory, inMongo] : [inMemory];
const alice = { id: 'u', issuer: 'https://issuer.example', subject: 'alice', createdAt: '' };

function bench(store: ApiKeyStore = memoryApiKeys(), more: Partial<ApiKeysOptions> = {}) {
  const clock = { now: START };
  const now = () => clock.now;
  const keys = apiKeys({ store, scopes: ['notes:read'], now, ...more });
  const verify = apiKeyVerifier({ keys: store, now });
  const issue = async (wish: object = {}, held: Parameters<typeof keys.issue>[2] = []) => {
    const issued = await keys.issue(alice, { name: 'n', ...wish }, held);
    if (issued.outcome !== 'issued') throw new Error('limit reached');
    return issued;
  };
  const isGood = (key: string) =>
    verify(key).then(
      () => true,
      () => false,
    );
  return { clock, keys, store, verify, issue, isGood };
}

describe('rotation', () => {
  it('leaves both keys good until the date, and then the new one alone', async () => {
    const { clock, keys, issue, isGood } = bench();
    const old = await issue();
    const rotated = await keys.rotate(alice, old.record.id, { until: START + 7 * DAY }, []);
    if (rotated.outcome !== 'rotated') throw new Error(rotated.outcome);
    expect(rotated.previousExpiresAt).toBe(START + 7 * DAY);
    expect(rotated.record).toMatchObject({ name: 'n', scopes: ['notes:read'], expiresAt: undefined });
    clock.now = START + 7 * DAY - 1;
    expect([await isGood(old.key), await isGood(rotated.key)]).toEqual([true, true]);
    clock.now += 1;
    expect([await isGood(old.key), await isGood(rotated.key)]).toEqual([false, true]);
  });

  it('lasts 24 hours by default, and no key longer than it would have', async () => {
    const { keys, issue } = bench();
    const old = await issue();
    expect(await keys.rotate(alice, old.record.id, {}, [])).toMatchObject({ previousExpiresAt: START + DAY });
    const short = await issue({ expiresAt: START + 1000 });
    const rotated = await keys.rotate(alice, short.record.id, { until: START + DAY }, []);
    expect(rotated).toMatchObject({ previousExpiresAt: START + 1000, record: { expiresAt: START + 1000 } });
  });

  it('keeps addresses, organization and lifetime, and asks again what the token holds', async () => {
    const { clock, keys, issue } = bench();
    const held = { scopes: ['admin'], organizations: ['org_1'] };
    const wish = { scopes: ['admin'], organization: 'org_1', addresses: ['203.0.113.0/24'] };
    const old = await issue(wish, held);
    clock.now += DAY;
    await expect(keys.rotate(alice, old.record.id, {}, [])).rejects.toMatchObject({ status: 403 });
    await expect(keys.rotate(alice, old.record.id, {}, ['admin'])).rejects.toBeInstanceOf(NotOwnerError);
    expect(await keys.list(alice)).toEqual([old.record]);
    expect(await keys.rotate(alice, old.record.id, {}, held)).toMatchObject({
      record: { ...wish, expiresAt: START + 31 * DAY },
    });
  });

  it('lets a key that was made to live too long live for a year once it is rotated', async () => {
    const store = memoryApiKeys();
    const { keys, issue } = bench(store);
    const { record } = await issue({ scopes: ['admin'] }, ['admin']);
    await store.delete(alice.id, record.id);
    await store.add({ ...record, expiresAt: START + 3660 * DAY }, 10);
    expect(await keys.rotate(alice, record.id, {}, ['admin'])).toMatchObject({
      outcome: 'rotated',
      record: { scopes: ['admin'], expiresAt: START + 366 * DAY },
    });
  });

  it('lets a key without an end have one, where not every user may give its scopes any more', async () => {
    const store = memoryApiKeys();
    const { record } = await bench(store, { scopes: ['notes:read', 'notes:write'] }).issue({
      scopes: ['notes:write'],
    });
    const { keys } = bench(store);
    expect(await keys.rotate(alice, record.id, {}, ['notes:write'])).toMatchObject({
      outcome: 'rotated',
      record: { scopes: ['notes:write'], expiresAt: START + 366 * DAY },
    });
  });

  it('dates the new key by the older of the old key and the token that rotates', async () => {
    const { keys, issue } = bench();
    const rotatedBy = async (grantedAt?: number) => {
      const { id } = (await issue({ grantedAt: START - 2000 })).record;
      const wish = grantedAt === undefined ? {} : { grantedAt };
      return keys.rotate(alice, id, wish, []);
    };
    expect(await rotatedBy(START - 5000)).toMatchObject({ record: { grantedAt: START - 5000 } });
    expect(await rotatedBy(START - 1000)).toMatchObject({ record: { grantedAt: START - 2000 } });
    expect(await rotatedBy()).toMatchObject({ record: { grantedAt: START - 2000 } });
  });

  it('has one winner of many at once, and leaves nothing of the others', async () => {
    const { keys, issue } = bench();
    const { id } = (await issue()).record;
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => keys.rotate(alice, id, {}, [])));
    expect(outcomes.filter(({ outcome }) => outcome === 'rotated')).toHaveLength(1);
    expect(await keys.list(alice)).toHaveLength(2);
  });

  it.each([
    ['of nobody', 'x'.repeat(17)],
    ['of another user', 'other'],
  ])('of a key %s is missing', async (_name, id) => {
    const { keys, store, issue } = bench();
    const { record } = await issue();
    await store.add({ ...record, id: 'other', userId: 'bob' }, 10);
    expect(await keys.rotate(alice, id, {}, [])).toEqual({ outcome: 'missing' });
  });

  it('of a key that has ended is missing, past a limit it is refused, and in the past it is misuse', async () => {
    const { clock, keys, issue } = bench(memoryApiKeys(), { limit: 1 });
    const { id } = (await issue({ expiresAt: START + 1000 })).record;
    expect(await keys.rotate(alice, id, {}, [])).toEqual({ outcome: 'limit' });
    await expect(keys.rotate(alice, id, { until: START }, [])).rejects.toMatchObject({ status: 400 });
    clock.now += 1000;
    expect(await keys.rotate(alice, id, {}, [])).toEqual({ outcome: 'missing' });
  });

  it('is a bug over a store that cannot retire keys', async () => {
    const store = memoryApiKeys();
    delete store.retire;
    const { keys, issue } = bench(store);
    const { id } = (await issue()).record;
    await expect(keys.rotate(alice, id, {}, [])).rejects.toBeInstanceOf(InternalError);
    expect(await keys.list(alice)).toHaveLength(1);
  });

  describe.each(keyStores)('over $name, where the answer of retire is lost', ({ open }) => {
    async function losing(where: 'before' | 'after', isReadable = true) {
      const store = await open();
      let isLost = false;
      const lossy: ApiKeyStore = {
        ...store,
        async retire(...args) {
          if (where === 'after') await store.retire?.(...args);
          isLost = true;
          throw new StoreUnavailableError();
        },
        async find(id) {
          if (isLost && !isReadable) throw new Error('no answer');
          return store.find(id);
        },
      };
      const parts = bench(lossy);
      return { ...parts, store, old: await parts.issue() };
    }

    it('is done, if the store retired the key', async () => {
      const { keys, store, old, isGood } = await losing('after');
      const rotated = await keys.rotate(alice, old.record.id, {}, []);
      if (rotated.outcome !== 'rotated') throw new Error(rotated.outcome);
      expect(await store.find(old.record.id)).toMatchObject({ replacedBy: rotated.record.id });
      expect(rotated.previousExpiresAt).toBe(START + DAY);
      expect(await isGood(rotated.key)).toBe(true);
    });

    it('fails, and leaves the old key alone as it was, if the store did not', async () => {
      const { keys, store, old } = await losing('before');
      await expect(keys.rotate(alice, old.record.id, {}, [])).rejects.toBeInstanceOf(StoreUnavailableError);
      expect(await store.list(alice.id)).toEqual([old.record]);
    });

    it('fails, and deletes nothing, if that cannot be read', async () => {
      const { keys, store, old } = await losing('after', false);
      await expect(keys.rotate(alice, old.record.id, {}, [])).rejects.toBeInstanceOf(StoreUnavailableError);
      expect(await store.list(alice.id)).toHaveLength(2);
    });
  });

  it('acts through a cache within a minute, however long that keeps others', async () => {
    jest.useFakeTimers({ now: START });
    const store = memoryApiKeys();
    const keys = apiKeys({ store, scopes: ['notes:read'] });
    const verify = cached(apiKeyVerifier({ keys: store }), { seconds: 3600 });
    const issued = await keys.issue(alice, { name: 'n' }, []);
    if (issued.outcome !== 'issued') throw new Error('limit');
    await verify(issued.key);
    await keys.rotate(alice, issued.record.id, { until: START + 30_000 }, []);
    jest.setSystemTime(START + 60_000);
    await expect(verify(issued.key)).rejects.toMatchObject({ reason: 'api_key' });
    jest.useRealTimers();
  });
});

describe('a prefix', () => {
  it.each(['acme', 'acme_live', 'a', 'a1_b2', 'abcdefghijklmnopqrst'])(
    'may be %s, beside keys of sp_',
    async (prefix) => {
      const store = memoryApiKeys();
      const before = await bench(store).issue();
      const { issue, isGood } = bench(store, { prefix });
      const { key, record } = await issue();
      expect(key.startsWith(`${prefix}_${record.id}_`)).toBe(true);
      expect(apiKeyIdOf(key)).toBe(record.id);
      expect([await isGood(key), await isGood(before.key)]).toEqual([true, true]);
    },
  );

  it.each(['', 'Acme', '1acme', '_acme', 'acme_', 'a__b', 'a-b', 'abcdefghijklmnopqrstu', 7])(
    'may not be %j',
    (prefix) => {
      expect(() => bench(memoryApiKeys(), { prefix } as never)).toThrow(/"prefix" must be/);
    },
  );

  it('is found by the patterns that the README gives to scanners', async () => {
    const { key } = await bench().issue();
    expect(`KEY=${key};`).toMatch(/\bsp_[0-9A-Za-z]{17}_[0-9A-Za-z]{49}\b/);
  });
});

describe('addresses', () => {
  it('are asked for each request, also of a cached verdict, and fail closed where the request is not known', async () => {
    const store = memoryApiKeys();
    const noted = jest.spyOn(store, 'noteUse');
    const { issue } = bench(store);
    const { key } = await issue({ addresses: ['203.0.113.0/24'] });
    const verifier = cached(apiKeyVerifier({ keys: store }));
    const app = express().set('trust proxy', 1);
    const token = () => Promise.reject(new Error('no tokens'));
    app.use(
      '/mcp',
      bearerAuth({ verifier, resource: 'https://a.example/mcp' }, (mine) => (_request, response, next) => {
        mine.verifyAccessToken(key).then(() => response.json({}), next);
      }),
    );
    app.use(authenticate({ credentials: [apiKey()], verifier: byKind({ token, 'api-key': verifier }) }));
    app.get('/', (request, response) => void response.json({ of: authOf(request).subject }));
    app.use(problemDetails());
    const { url, close } = await listening(app);
    later(close);
    const from = async (address?: string) => {
      const headers = { 'X-API-Key': key, ...(address !== undefined && { 'X-Forwarded-For': address }) };
      return (await send(url, { headers })).status;
    };
    const isUsed = async () => (await store.find(apiKeyIdOf(key) ?? ''))?.lastUsedAt !== undefined;
    expect([await from('203.0.114.9'), await from(), await isUsed()]).toEqual([401, 401, false]);
    expect([await from('203.0.113.9'), await from('203.0.114.9'), await from()]).toEqual([200, 401, 401]);
    expect(await from('203.0.113.9')).toBe(200);
    await eventually(isUsed);
    expect(noted).toHaveBeenCalledTimes(1);
    expect((await send(`${url}/mcp`)).body).toMatchObject({ code: 'invalid_token' });
  });

  it.each([
    ...[[[]], [['x']], [['10.0.0.0/33']], [[7]], ['10.0.0.1'], [Array(51).fill('10.0.0.1')]],
    ...[[['10.0.0.5/00']], [['10.0.0.0/08']], [['fe80::1%eth0']], [['fe80::%1/10']]],
    ...[[['10.0.0.5/0']], [['10.0.0.1/31']], [['203.0.113.1/24']]],
    ...[
      [['2001:db8::1/32']],
      [['1:2:3:4:5:6:7:9/127']],
      [['::ffff:192.0.2.1/96']],
      [['2001:db8::4000:0/97']],
    ],
  ])('may not be %j', async (...[addresses]: unknown[]) => {
    await expect(bench().issue({ addresses })).rejects.toMatchObject({ status: 400 });
  });

  it.each([
    '10.0.0.5',
    '10.0.0.4/30',
    '0.0.0.0/0',
    '::/0',
    '::ffff:192.0.2.0/120',
    '1:2:3:4:5:6:7:9/128',
    '8000::/1',
  ])('may be %s', async (address) => {
    expect((await bench().issue({ addresses: [address] })).record.addresses).toEqual([address]);
  });

  it.each(['10.0.0.5/00', 'fe80::1%eth0'])('that are refused by now, such as %s, name none', async (old) => {
    const store = memoryApiKeys();
    const { issue } = bench(store);
    const { key, record } = await issue();
    await store.delete(alice.id, record.id);
    await store.add({ ...record, addresses: [old, '203.0.113.9'] }, 10);
    const app = express().set('trust proxy', 1);
    const verifier = byKind({
      token: () => Promise.reject(new Error('no tokens')),
      'api-key': apiKeyVerifier({ keys: store }),
    });
    app.use(
      authenticate({ credentials: [apiKey()], verifier }),
      (_request, response) => void response.json({}),
    );
    app.use(problemDetails());
    const { url, close } = await listening(app);
    later(close);
    const from = async (address: string) =>
      (await send(url, { headers: { 'X-API-Key': key, 'X-Forwarded-For': address } })).status;
    expect([await from('10.0.0.5'), await from('203.0.113.9')]).toEqual([401, 200]);
  });
});

it('an organization is in the payload, and such a key expires', async () => {
  const { issue, verify } = bench();
  const held = { scopes: [], organizations: ['org_1'] };
  const { key, record } = await issue({ organization: 'org_1' }, held);
  expect(record.expiresAt).toBe(START + 30 * DAY);
  expect((await verify(key)).payload).toMatchObject({ sub: 'alice', org_id: 'org_1' });
  await expect(issue({ organization: 'org_1', expiresAt: null }, held)).rejects.toMatchObject({
    status: 400,
  });
  await expect(issue({ organization: 'org_2' }, held)).rejects.toBeInstanceOf(NotOwnerError);
});
