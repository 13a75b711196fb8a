import assert from 'node:assert/strict';
import type { Identity, User } from '../../auth';
import type { UserStore } from '../../users/user-store';
import { erasureContract } from './user-erasure';
import { returnContract } from './user-return';

export interface UserStoreTest {
  readonly name: string;
  /** `open` returns an empty store. */
  run(open: () => Promise<UserStore> | UserStore): Promise<void>;
}

const issuer = 'https://issuer.example';
const alice: Identity = { issuer, subject: 'alice' };

/** All different, although some look the same when joined, cut, case-folded or read as a query operator. */
export const ODD_IDENTITIES: readonly Identity[] = [
  alice,
  { issuer, subject: 'Alice' },
  { issuer, subject: 'alice ' },
  { issuer: 'https://issuer.example/', subject: 'alice' },
  { issuer: 'https://issuer', subject: '.examplealice' },
  { issuer: `${issuer}|a`, subject: 'b' },
  { issuer, subject: 'a|b' },
  { issuer: `${issuer}","a`, subject: 'b' },
  { issuer, subject: 'a","b' },
  { issuer, subject: '__proto__' },
  { issuer, subject: 'constructor' },
  { issuer, subject: '$gt' },
  { issuer, subject: '{"$gt":""}' },
  { issuer, subject: 'a.b' },
  { issuer, subject: '\u00e9' },
  { issuer, subject: 'e\u0301' },
  { issuer, subject: '\u{1f511}' },
  { issuer, subject: '\ufffd' },
  { issuer, subject: 'x'.repeat(254) },
  { issuer, subject: 'x'.repeat(255) },
  { issuer, subject: `${'x'.repeat(254)}y` },
  { issuer, subject: '\u{1f511}'.repeat(127) },
  { issuer: `https://issuer.example/${'p'.repeat(2000)}`, subject: 'x'.repeat(255) },
];

function assertUser(user: User | undefined, identity: Identity): asserts user is User {
  assert.ok(user, 'there is a user');
  assert.equal(user.issuer, identity.issuer);
  assert.equal(user.subject, identity.subject);
  assert.equal(typeof user.id, 'string');
  assert.ok(user.id.length > 0);
  assert.equal(new Date(user.createdAt).toISOString(), user.createdAt);
  assert.ok(Object.isFrozen(user), 'the user is frozen');
}

const lifeContract: readonly UserStoreTest[] = [
  {
    name: 'makes a user at the first sight of an identity and finds the same one ever after',
    async run(open) {
      const store = await open();
      assert.equal(await store.find(alice), undefined);
      const made = await store.getOrCreate(alice);
      assertUser(made, alice);
      assert.equal(made.email, undefined);
      assert.equal(made.name, undefined);
      assert.deepEqual(await store.getOrCreate(alice), made);
      const found = await store.find(alice);
      assertUser(found, alice);
      assert.deepEqual(found, made);
    },
  },
  {
    name: 'makes exactly one user however many first requests race',
    async run(open) {
      const store = await open();
      const racing = await Promise.all(Array.from({ length: 50 }, () => store.getOrCreate(alice)));
      assert.equal(new Set(racing.map(({ id }) => id)).size, 1);
      assert.equal(new Set(racing.map(({ createdAt }) => createdAt)).size, 1);
      assert.deepEqual(await store.find(alice), racing[0]);
    },
  },
  {
    name: 'keeps every identity apart from those that look like it',
    async run(open) {
      const store = await open();
      const made = await Promise.all(ODD_IDENTITIES.map((identity) => store.getOrCreate(identity)));
      assert.equal(new Set(made.map(({ id }) => id)).size, ODD_IDENTITIES.length);
      for (const [n, identity] of ODD_IDENTITIES.entries()) {
        const found = await store.find(identity);
        assertUser(found, identity);
        assert.deepEqual(found, made[n]);
      }
    },
  },
  {
    name: 'finds nobody for an identity that only looks like a known one',
    async run(open) {
      const store = await open();
      await store.getOrCreate(alice);
      for (const identity of ODD_IDENTITIES.slice(1)) assert.equal(await store.find(identity), undefined);
    },
  },
  {
    name: 'fills the profile of a known user and keeps their id and age',
    async run(open) {
      const store = await open();
      const made = await store.getOrCreate(alice);
      const profile = { email: 'alice@example.com', name: 'Al\u{1f511} $set.__proto__' };
      assert.equal(await store.fill(alice, profile, 1000), 'applied');
      const filled = await store.find(alice);
      assertUser(filled, alice);
      assert.deepEqual(filled, { ...made, ...profile });
      assert.deepEqual(await store.getOrCreate(alice), filled);
    },
  },
  {
    name: 'makes a user of a profile that comes first',
    async run(open) {
      const store = await open();
      assert.equal(await store.fill(alice, { email: 'alice@example.com' }, 1000), 'applied');
      const found = await store.find(alice);
      assertUser(found, alice);
      assert.equal(found.email, 'alice@example.com');
      assert.deepEqual(await store.getOrCreate(alice), found);
    },
  },
  {
    name: 'clears a field that a newer profile lacks',
    async run(open) {
      const store = await open();
      await store.fill(alice, { email: 'alice@example.com', name: 'Alice' }, 1000);
      assert.equal(await store.fill(alice, { name: 'Alice' }, 2000), 'applied');
      const found = await store.find(alice);
      assert.equal(found?.email, undefined);
      assert.equal(found?.name, 'Alice');
    },
  },
  {
    name: 'ignores a profile that is not newer than the one it has',
    async run(open) {
      const store = await open();
      await store.fill(alice, { name: 'new' }, 2000);
      assert.equal(await store.fill(alice, { name: 'older' }, 1999), 'stale');
      assert.equal(await store.fill(alice, { name: 'as old' }, 2000), 'stale');
      assert.equal((await store.find(alice))?.name, 'new');
    },
  },
  {
    name: 'ends with the newest profile in whatever order racing ones arrive',
    async run(open) {
      const store = await open();
      const times = [5, 1, 9, 3, 7, 2, 8, 6, 4, 0];
      await Promise.all(times.map((n) => store.fill(alice, { name: String(n) }, 1000 + n)));
      assert.equal((await store.find(alice))?.name, '9');
    },
  },
  {
    name: 'makes one user of a first request that races with a profile',
    async run(open) {
      const store = await open();
      const [made, outcome] = await Promise.all([
        store.getOrCreate(alice),
        store.fill(alice, { name: 'Alice' }, 1000),
      ]);
      assert.equal(outcome, 'applied');
      const found = await store.find(alice);
      assert.equal(found?.id, made.id);
      assert.equal(found.name, 'Alice');
    },
  },
];

/** Tests for any `UserStore`. */
export const userStoreContract: readonly UserStoreTest[] = [
  ...lifeContract,
  ...erasureContract,
  ...returnContract,
];
