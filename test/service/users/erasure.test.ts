import { memoryApiKeys, memoryUsers, StoreUnavailableError, type User, type UserStore } from 'sallyport';
import { createLogger } from '../../../service/ops/logger';
import { createErasure, type Erasure, type ErasureParts } from '../../../service/users/erasure';

const START = Date.parse('2026-01-01T00:00:00Z');
const MINUTE = 60_000;
const alice = { issuer: 'https://issuer.example', subject: 'alice' };

let erasures: Erasure[] = [];

beforeEach(() => {
  jest.useFakeTimers({ now: START });
});

afterEach(() => {
  for (const erasure of erasures) erasure.stop();
  erasures = [];
  jest.useRealTimers();
});

interface Bench {
  readonly users: UserStore;
  readonly erasure: Erasure;
  /** What was done, in order. */
  readonly steps: string[];
  /** The name of a step that fails. */
  readonly broken: Set<string>;
  /** The same stores in a new run. */
  restart(): Bench;
}

function bench(stores = { users: memoryUsers(), keys: memoryApiKeys() }): Bench {
  const steps: string[] = [];
  const broken = new Set<string>();
  const step = (name: string): void => {
    if (broken.has(name)) throw new StoreUnavailableError();
    steps.push(name);
  };
  const parts: ErasureParts = {
    users: {
      ...stores.users,
      bury: async (...args) => {
        step('bury');
        return stores.users.bury(...args);
      },
    },
    modules: { deleteAll: async (owner) => Promise.resolve((step(`modules of ${owner}`), 1)) },
    apiKeys: { deleteAll: async (owner) => Promise.resolve((step(`keys of ${owner}`), 1)) },
    revocations: {
      revoke: async ([target]) => {
        step(`revoke ${target?.value ?? ''} at ${String(target?.at)}`);
        return Promise.resolve();
      },
    },
    logger: createLogger('error', { write: () => undefined }),
    retentionSeconds: 30 * 86_400,
  };
  const erasure = createErasure(parts);
  erasures.push(erasure);
  return { users: stores.users, erasure, steps, broken, restart: () => bench(stores) };
}

const deletionsOf = ({ id }: User) => [`modules of ${id}`, `keys of ${id}`];

it('puts the tombstone first, then the revocation, then the deletions', async () => {
  const { users, erasure, steps } = bench();
  const user = await users.getOrCreate(alice);
  await erasure.erase(alice);
  expect(steps).toEqual(['bury', 'revoke alice at undefined', ...deletionsOf(user)]);
  expect(await users.find(alice)).toBeUndefined();
});

it('refuses the tokens of a user who was never seen here', async () => {
  const { erasure, steps } = bench();
  await erasure.erase(alice);
  expect(steps).toEqual(['bury', 'revoke alice at undefined']);
});

it('sweeps a minute later, for the time of the erasure, and leaves alone who came back', async () => {
  const { users, erasure, steps } = bench();
  const user = await users.getOrCreate(alice);
  await erasure.erase(alice);
  const back = await users.getOrCreate(alice);
  steps.length = 0;
  await jest.advanceTimersByTimeAsync(MINUTE);
  expect(steps).toEqual([`revoke alice at ${String(START)}`, ...deletionsOf(user)]);
  expect(await users.find(alice)).toEqual(back);
});

it('says that an erasure failed, finishes it all the same, and tries until it can', async () => {
  const { users, erasure, steps, broken } = bench();
  const user = await users.getOrCreate(alice);
  const [modules = ''] = deletionsOf(user);
  broken.add(modules);
  await expect(erasure.erase(alice)).rejects.toBeInstanceOf(StoreUnavailableError);
  await jest.advanceTimersByTimeAsync(3 * MINUTE);
  expect(steps).not.toContain(modules);
  broken.clear();
  await jest.advanceTimersByTimeAsync(MINUTE);
  expect(steps).toContain(modules);
});

it('finishes at start what an earlier run left undone', async () => {
  const first = bench();
  const user = await first.users.getOrCreate(alice);
  first.broken.add('revoke alice at undefined');
  await expect(first.erasure.erase(alice)).rejects.toBeInstanceOf(StoreUnavailableError);
  first.erasure.stop();

  const second = first.restart();
  second.erasure.start();
  await jest.advanceTimersByTimeAsync(0);
  expect(second.steps).toEqual([`revoke alice at ${String(START)}`, ...deletionsOf(user)]);
});

it('deletes the rows of every time the user was erased', async () => {
  const { users, erasure, steps } = bench();
  const first = await users.getOrCreate(alice);
  await erasure.erase(alice);
  const second = await users.getOrCreate(alice);
  steps.length = 0;
  jest.setSystemTime(START + 1);
  await erasure.erase(alice);
  expect(steps).toEqual(expect.arrayContaining([...deletionsOf(first), ...deletionsOf(second)]));
});
