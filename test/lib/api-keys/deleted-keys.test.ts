import {
  apiKeys,
  apiKeyVerifier,
  cached,
  InvalidTokenError,
  memoryApiKeys,
  memoryRevocations,
  memoryUsers,
  revocable,
  type Revocations,
  sallyport,
} from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import {
  breakable,
  closeFeeds,
  hang,
  issuer,
  MINUTE,
  openReady,
  quiet,
  SECOND,
  START,
  stopTime,
} from '../../support/feeds';

const HOUR = 60 * MINUTE;
const alice = { id: 'u', issuer, subject: 'alice', createdAt: new Date(START).toISOString() };
const scopes = ['notes:read'];

beforeEach(stopTime);
afterEach(closeFeeds);

/** Keys of one store, made and deleted here, and another instance that verifies them behind its cache. */
function instances(here: Revocations, there: Revocations, seconds: number) {
  const store = memoryApiKeys();
  const keys = apiKeys({ store, scopes, revocations: here });
  const verify = revocable(cached(apiKeyVerifier({ keys: store }), { seconds }), there);
  const issue = async () => {
    const issued = await keys.issue(alice, { name: 'n' }, []);
    if (issued.outcome !== 'issued') throw new Error('limit reached');
    return { key: issued.key, id: issued.record.id };
  };
  return { keys, verify, issue };
}

it('10 000 keys that were made and deleted leave nothing once no cache can know them', async () => {
  const store = quiet();
  const feed = await openReady({ store, pollMs: 20 * SECOND });
  const { keys, issue } = instances(feed, feed, 60);
  for (let n = 0; n < 10_000; n += 1) await keys.remove(alice, (await issue()).id);
  expect(feed.state().entries).toBe(10_000);
  await jest.advanceTimersByTimeAsync(4 * MINUTE);
  expect(feed.state().entries).toBe(0);
  await jest.advanceTimersByTimeAsync(3 * HOUR);
  expect((await store.read()).revocations).toEqual([]);
});

it.each([1, 60, 3600])(
  'a deleted key is refused for as long as a cache of %s s knows it',
  async (seconds) => {
    const store = quiet();
    const there = await openReady({ store });
    const here = await openReady({ store, cacheSeconds: seconds });
    const { keys, verify, issue } = instances(here, there, seconds);
    const { key, id } = await issue();
    await verify(key);
    await keys.remove(alice, id);
    await jest.advanceTimersByTimeAsync(2 * SECOND);
    for (let passed = 2; passed < seconds + 60; passed += Math.max(1, seconds / 60)) {
      await expect(verify(key)).rejects.toBeInstanceOf(InvalidTokenError);
      await jest.advanceTimersByTimeAsync(Math.max(1, seconds / 60) * SECOND);
    }
    await expect(verify(key)).rejects.toMatchObject({ reason: 'api_key' });
  },
);

it.each([-HOUR, -20 * SECOND, 20 * SECOND, HOUR])(
  'is refused by an instance that was 29 s behind and whose clock is %s ms off',
  async (off) => {
    const { store, broken } = breakable();
    const there = await openReady({ store, now: () => Date.now() + off });
    const here = await openReady({ store: { ...store, read: quiet(store).read } });
    const { keys, verify, issue } = instances(here, there, 60);
    const { key, id } = await issue();
    broken.by = hang;
    await jest.advanceTimersByTimeAsync(1 * SECOND);
    await verify(key);
    await keys.remove(alice, id);
    await jest.advanceTimersByTimeAsync(27 * SECOND);
    broken.by = undefined;
    await jest.advanceTimersByTimeAsync(12 * SECOND);
    expect(there.state().ready).toBe(true);
    await expect(verify(key)).rejects.toMatchObject({ reason: 'revoked' });
    await jest.advanceTimersByTimeAsync(30 * SECOND);
    await expect(verify(key)).rejects.toBeInstanceOf(InvalidTokenError);
  },
);

it.each([
  [{ seconds: 3600 }, 3600],
  [{ max: 5 }, 60],
])('the chain tells the revocations how long its cache of %j remembers', async (cache, remembered) => {
  const store = memoryRevocations();
  const revocations = await openReady({ store });
  const { issuer: own, audience, keys } = createTestIssuer();
  const apiKeyStore = memoryApiKeys();
  const port = sallyport({
    ...{ issuer: own, audience, keys, revocations, apiKeys: apiKeyStore },
    users: memoryUsers(),
    cache,
  });
  await revocations.revoke([{ by: 'key', issuer, value: 'k', deleted: true }]);
  const [kept] = (await store.read()).revocations;
  expect(kept!.until - START).toBeGreaterThan(remembered * SECOND);
  expect(kept!.until - START).toBeLessThan((remembered + 100) * SECOND);
  port.close();
});

it('a key that is revoked and stays in its store is refused for as long as ever', async () => {
  const feed = await openReady();
  await feed.revoke([{ by: 'key', issuer, value: 'k' }]);
  await jest.advanceTimersByTimeAsync(HOUR);
  expect(feed.state().entries).toBe(1);
});

it.each([
  { by: 'sid', issuer, value: 's', deleted: true },
  { by: 'key', issuer, value: 'k', deleted: 'yes' },
])('refuses a target that is said to be deleted and is none: %j', async (target) => {
  const feed = await openReady();
  await expect(feed.revoke([target as never])).rejects.toThrow(/"deleted" must be/);
  expect(feed.state().entries).toBe(0);
});
