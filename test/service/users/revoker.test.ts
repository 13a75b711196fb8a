import { apiKeys, memoryApiKeys, memoryUsers, StoreUnavailableError } from 'sallyport';
import { createLogger } from '../../../service/ops/logger';
import { createRevoker, type Revoker } from '../../../service/users/revoker';

const START = Date.parse('2026-01-01T00:00:00Z');
const MINUTE = 60_000;
const TOLERANCE = 5;
const issuer = 'https://issuer.example';

let revokers: Revoker[] = [];

beforeEach(() => {
  jest.useFakeTimers({ now: START });
});

afterEach(() => {
  for (const revoker of revokers) revoker.stop();
  revokers = [];
  jest.useRealTimers();
});

async function bench() {
  const [users, store] = [memoryUsers(), memoryApiKeys()];
  const user = await users.getOrCreate({ issuer, subject: 'alice' });
  const broken = { isBroken: false };
  const revoker = createRevoker({
    users,
    apiKeys: {
      ...store,
      list: async (id) => (broken.isBroken ? Promise.reject(new StoreUnavailableError()) : store.list(id)),
    },
    revocations: { revoke: () => Promise.resolve(), clockTolerance: TOLERANCE },
    logger: createLogger('error', { write: () => undefined }),
  });
  revokers.push(revoker);
  /** As an instance lets it be made that has not read the revocation. */
  const makeKey = async (name: string, grantedAt: number) => {
    await apiKeys({ store, scopes: [] }).issue(user, { name, grantedAt }, []);
  };
  const names = async () => (await store.list(user.id)).map(({ name }) => name);
  const revoke = async (at?: number) =>
    revoker.revoke([{ by: 'subject', issuer, value: 'alice', ...(at !== undefined && { at }) }]);
  return { revoker, revoke, makeKey, names, broken };
}

it.each([
  ['of now', undefined, START],
  ['of an hour ago', START - 60 * MINUTE, START - 60 * MINUTE],
])(
  'sweeps up, a minute after a revocation %s, the keys that old tokens have made meanwhile',
  async (_name, at, time) => {
    const { revoke, makeKey, names } = await bench();
    await makeKey('before', time - MINUTE);
    await revoke(at);
    expect(await names()).toEqual([]);
    jest.setSystemTime(START + 10_000);
    await makeKey('meanwhile', time - MINUTE);
    await makeKey('within the tolerance', time + TOLERANCE * 1000);
    await makeKey('anew', time + TOLERANCE * 1000 + 1);
    await jest.advanceTimersByTimeAsync(MINUTE - 1);
    expect(await names()).toHaveLength(3);
    await jest.advanceTimersByTimeAsync(1);
    expect(await names()).toEqual(['anew']);
  },
);

it('sweeps again a minute after a sweep that failed, and says when it is done', async () => {
  const { revoker, revoke, makeKey, names, broken } = await bench();
  await revoke();
  await makeKey('meanwhile', START - MINUTE);
  let isSwept = false;
  void revoker.swept().then(() => (isSwept = true));
  broken.isBroken = true;
  await jest.advanceTimersByTimeAsync(MINUTE);
  expect([await names(), isSwept]).toEqual([['meanwhile'], false]);
  broken.isBroken = false;
  await jest.advanceTimersByTimeAsync(MINUTE);
  expect([await names(), isSwept]).toEqual([[], true]);
});

it('sweeps no more once it is stopped', async () => {
  const { revoker, revoke, makeKey, names } = await bench();
  await revoke();
  await makeKey('meanwhile', START - MINUTE);
  revoker.stop();
  await jest.advanceTimersByTimeAsync(2 * MINUTE);
  expect(await names()).toEqual(['meanwhile']);
});
