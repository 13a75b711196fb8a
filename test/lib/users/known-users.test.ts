import {
  type Identity,
  knownUsers,
  type KnownUsersOptions,
  memoryUsers,
  type User,
  type UserStore,
} from 'sallyport';

const alice: Identity = { issuer: 'https://issuer.example', subject: 'alice' };
const bob: Identity = { ...alice, subject: 'bob' };

/** A store that counts what it is asked, and answers `getOrCreate` only when told to once it is held. */
function counting() {
  const store = memoryUsers();
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  let held = false;
  const counted: UserStore = {
    ...store,
    getOrCreate: async (identity) => {
      asked.push(identity.subject);
      const user = await store.getOrCreate(identity);
      if (held) await new Promise<void>((resolve) => waiting.push(resolve));
      return user;
    },
    find: async (identity) => {
      asked.push(`find ${identity.subject}`);
      return store.find(identity);
    },
  };
  return {
    store: counted,
    asked,
    hold: () => {
      held = true;
    },
    release: () => {
      held = false;
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}

it('asks the store once for a user it knows', async () => {
  const { store, asked } = counting();
  const users = knownUsers(store);
  const first = await users.getOrCreate(alice);
  expect(await users.getOrCreate({ ...alice })).toBe(first);
  expect(asked).toEqual(['alice']);
});

it('recalls a user without the store, and nobody whom it has not seen', async () => {
  const { store, asked } = counting();
  const users = knownUsers(store);
  expect(users.recall?.(alice, 0)).toBeUndefined();
  const first = await users.getOrCreate(alice, 1000);
  expect(users.recall?.(alice, 1000)).toBe(first);
  expect(users.recall?.(alice, 999)).toBeUndefined();
  expect(asked).toEqual(['alice']);
});

it('asks the store once however many requests of one newcomer race', async () => {
  const { store, asked } = counting();
  const users = knownUsers(store);
  const racing = await Promise.all(Array.from({ length: 100 }, () => users.getOrCreate(alice)));
  expect(new Set(racing).size).toBe(1);
  expect(asked).toEqual(['alice']);
});

it('never remembers that somebody was not there', async () => {
  const { store, asked } = counting();
  const users = knownUsers(store);
  expect(await users.find(alice)).toBeUndefined();
  expect(await users.find(alice)).toBeUndefined();
  expect(asked).toEqual(['find alice', 'find alice']);
});

it('asks again for one it was told to forget, and for nobody else', async () => {
  const { store, asked } = counting();
  const users = knownUsers(store);
  await users.getOrCreate(alice);
  await users.getOrCreate(bob);
  users.forget(alice);
  await users.getOrCreate(alice);
  await users.getOrCreate(bob);
  expect(asked).toEqual(['alice', 'bob', 'alice']);
});

it('keeps out an answer that was under way when its user was forgotten', async () => {
  const { store, asked, hold, release } = counting();
  const users = knownUsers(store);
  hold();
  const early = users.getOrCreate(alice);
  await Promise.resolve();
  users.forget(alice);
  const late = users.getOrCreate(alice);
  await new Promise(setImmediate);
  release();
  await Promise.all([early, late]);
  expect(asked).toEqual(['alice', 'alice']);
  expect(await users.getOrCreate(alice)).toBe(await late);
  expect(asked).toHaveLength(2);
});

it('asks again for a proof older than the one it knows them by, then knows them by that', async () => {
  const { store, asked } = counting();
  const users = knownUsers(store);
  for (const issuedAt of [5000, 5000, 6000, undefined, 4000, 4500, 6000])
    await users.getOrCreate(alice, issuedAt);
  expect(asked).toEqual(['alice', 'alice']);
});

it('does not let a proof from before an erasure answer for one from after it', async () => {
  const store = memoryUsers();
  await store.bury(alice, 5000);
  const users = knownUsers(store);
  const racing = [4000, 6000, 4000, 6000].map((issuedAt) => users.getOrCreate(alice, issuedAt));
  const outcomes = await Promise.allSettled(racing);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  expect(await users.find(alice)).toEqual(await users.getOrCreate(alice, 6000));
});

it('knows nobody from an answer that the erasure overtook', async () => {
  const { store, hold, release } = counting();
  const users = knownUsers(store);
  hold();
  const early = users.getOrCreate(alice);
  await new Promise(setImmediate);
  await users.bury(alice, Date.now());
  release();
  const before = await early;
  const after = await users.getOrCreate(alice);
  expect(after.id).not.toBe(before.id);
});

it('forgets whom it buries or fills', async () => {
  const users = knownUsers(memoryUsers());
  const first = await users.getOrCreate(alice);
  await users.fill(alice, { name: 'Alice' }, 1);
  expect(await users.getOrCreate(alice)).toEqual({ ...first, name: 'Alice' });
  await users.bury(alice, 2);
  expect(await users.find(alice)).toBeUndefined();
});

it('forgets whom it was to bury also when the store failed: it may have buried them', async () => {
  const { store, asked } = counting();
  const users = knownUsers({ ...store, bury: async () => Promise.reject(new Error('lost the answer')) });
  await users.getOrCreate(alice);
  await expect(users.bury(alice, 1)).rejects.toThrow('lost the answer');
  await users.getOrCreate(alice);
  expect(asked).toEqual(['alice', 'alice']);
});

it('asks again after a failure', async () => {
  let fail = true;
  const store = memoryUsers();
  const users = knownUsers({
    ...store,
    getOrCreate: async (identity): Promise<User> => {
      if (fail) throw new Error('down');
      return store.getOrCreate(identity);
    },
  });
  await expect(Promise.all([users.getOrCreate(alice), users.getOrCreate(alice)])).rejects.toThrow('down');
  fail = false;
  await expect(users.getOrCreate(alice)).resolves.toMatchObject(alice);
});

it('remembers a user for its seconds, however often they come, and no longer', async () => {
  const { store, asked } = counting();
  let clock = 5000;
  const users = knownUsers(store, { seconds: 10, now: () => clock });
  await users.getOrCreate(alice);
  clock += 6000;
  await users.getOrCreate(alice);
  expect(asked).toHaveLength(1);
  clock += 4001;
  await users.getOrCreate(alice);
  expect(asked).toHaveLength(2);
});

it('remembers no more users than it may, and drops the longest unseen', async () => {
  const { store, asked } = counting();
  const users = knownUsers(store, { max: 2 });
  for (const subject of ['a', 'b', 'a', 'c', 'a', 'b']) await users.getOrCreate({ ...alice, subject });
  expect(asked).toEqual(['a', 'b', 'c', 'b']);
});

it.each([
  [{ max: 0 }, /max/],
  [{ max: 1.5 }, /max/],
  [{ seconds: 0 }, /seconds/],
  [{ seconds: Infinity }, /seconds/],
  [{ ttl: 5 }, /unknown option "ttl"/],
])('refuses %j when it is made', (options, message) => {
  expect(() => knownUsers(memoryUsers(), options as KnownUsersOptions)).toThrow(message);
});

it('tells by find what was filled elsewhere, though it knows the user', async () => {
  const store = memoryUsers();
  const users = knownUsers(store);
  await users.getOrCreate(alice);
  await store.fill(alice, { name: 'Alice' }, 1000);
  expect((await users.find(alice))?.name).toBe('Alice');
});

it('does not remember who was asked for while they were being erased', async () => {
  const { store } = counting();
  let answer: (user: User) => void = () => undefined;
  const before = await store.getOrCreate(alice);
  const slow: UserStore = {
    ...store,
    // Read before the tombstone was written, and answered before the erasure ends.
    bury: async (identity, erasedAt) => {
      const read = users.getOrCreate(identity);
      const tombstones = await store.bury(identity, erasedAt);
      answer(before);
      await read;
      return tombstones;
    },
    getOrCreate: () => new Promise((resolve) => (answer = resolve)),
  };
  const users = knownUsers(slow);
  await users.bury(alice, 1);
  slow.getOrCreate = (identity) => store.getOrCreate(identity);
  expect((await users.getOrCreate(alice)).id).not.toBe(before.id);
});
