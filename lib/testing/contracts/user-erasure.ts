import assert from 'node:assert/strict';
import type { Identity } from '../../auth';
import type { UserStore } from '../../users/user-store';

interface ErasureTest {
  readonly name: string;
  run(open: () => Promise<UserStore> | UserStore): Promise<void>;
}

const issuer = 'https://issuer.example';
const alice: Identity = { issuer, subject: 'alice' };
const bob: Identity = { issuer, subject: 'bob' };

/** The part of the contract that says how users go, and that they stay gone. */
export const erasureContract: readonly ErasureTest[] = [
  {
    name: 'buries a user: nobody is found, and a tombstone tells whose rows must go',
    async run(open) {
      const store = await open();
      const { id } = await store.getOrCreate(alice);
      const tombstones = await store.bury(alice, 5000);
      assert.deepEqual(tombstones, [{ ...alice, userId: id, erasedAt: 5000 }]);
      assert.ok(tombstones.every((tombstone) => Object.isFrozen(tombstone)));
      assert.equal(await store.find(alice), undefined);
    },
  },
  {
    name: 'leaves everybody else alone when it buries one',
    async run(open) {
      const store = await open();
      await store.getOrCreate(alice);
      const other = await store.getOrCreate(bob);
      const namesake = await store.getOrCreate({ ...alice, issuer: 'https://other.example' });
      await store.bury(alice, 5000);
      assert.deepEqual(await store.find(bob), other);
      assert.deepEqual(await store.find(namesake), namesake);
    },
  },
  {
    name: 'adds no tombstone when an erasure is repeated with nobody living',
    async run(open) {
      const store = await open();
      await store.getOrCreate(alice);
      const first = await store.bury(alice, 5000);
      assert.deepEqual(await store.bury(alice, 5000), first);
      assert.deepEqual(await store.bury(alice, 9000), first);
      assert.deepEqual(await store.buried(0), first);
    },
  },
  {
    name: 'buries once when erasures race',
    async run(open) {
      const store = await open();
      const { id } = await store.getOrCreate(alice);
      await Promise.all(Array.from({ length: 10 }, (_, n) => store.bury(alice, 5000 + n)));
      const tombstones = await store.buried(0);
      assert.deepEqual(
        tombstones.map(({ userId }) => userId),
        [id],
      );
    },
  },
  {
    name: 'buries an identity that was never seen, and no webhook brings it in',
    async run(open) {
      const store = await open();
      const tombstones = await store.bury(alice, 5000);
      assert.deepEqual(tombstones, [{ ...alice, userId: undefined, erasedAt: 5000 }]);
      assert.deepEqual(await store.buried(0), tombstones);
      assert.equal(await store.fill(alice, { name: 'Alice' }, 9000), 'erased');
      assert.equal(await store.find(alice), undefined);
    },
  },
  {
    name: 'keeps webhooks from bringing back a user who was erased, however new they are',
    async run(open) {
      const store = await open();
      await store.fill(alice, { email: 'alice@example.com' }, 1000);
      await store.bury(alice, 5000);
      for (const updatedAt of [500, 1000, 5000, 9_000_000_000_000]) {
        assert.equal(await store.fill(alice, { email: 'back@example.com' }, updatedAt), 'erased');
      }
      assert.equal(await store.find(alice), undefined);
    },
  },
  {
    name: 'gives someone who comes back a new id and nothing of the old profile',
    async run(open) {
      const store = await open();
      await store.fill(alice, { email: 'alice@example.com', name: 'Alice' }, 1000);
      const before = await store.getOrCreate(alice);
      await store.bury(alice, 5000);
      const after = await store.getOrCreate(alice);
      assert.notEqual(after.id, before.id);
      assert.equal(after.email, undefined);
      assert.equal(after.name, undefined);
      assert.deepEqual(await store.find(alice), after);
    },
  },
  {
    name: 'refuses a proof from before the erasure, and lets a later one make a new user',
    async run(open) {
      const store = await open();
      const { id } = await store.getOrCreate(alice, 4000);
      await store.bury(alice, 5000);
      const refused = { code: 'invalid_token', reason: 'revoked', proven: alice };
      for (const issuedAt of [0, 4000, 5000])
        await assert.rejects(store.getOrCreate(alice, issuedAt), refused);
      assert.equal(await store.find(alice), undefined, 'a refused proof makes nobody');
      const back = await store.getOrCreate(alice, 5001);
      assert.notEqual(back.id, id);
      await assert.rejects(store.getOrCreate(alice, 5000), refused, 'not into the new life either');
      assert.deepEqual(await store.getOrCreate(alice, 6000), back);
    },
  },
  {
    name: 'refuses a proof from before an erasure of someone who was never seen',
    async run(open) {
      const store = await open();
      await store.bury(alice, 5000);
      await assert.rejects(store.getOrCreate(alice, 4000), { reason: 'revoked' });
      assert.equal((await store.getOrCreate(alice, 6000)).subject, alice.subject);
    },
  },
  {
    name: 'lets no proof from before the erasure in, however they race',
    async run(open) {
      const store = await open();
      await store.getOrCreate(alice, 4000);
      const racing = Array.from({ length: 20 }, (_, n) =>
        n === 10 ? store.bury(alice, 5000) : store.getOrCreate(alice, 4000),
      );
      await Promise.allSettled(racing);
      assert.equal(await store.find(alice), undefined);
    },
  },
  {
    name: 'fills someone who came back from newer webhooks, never from those of before the erasure',
    async run(open) {
      const store = await open();
      await store.fill(alice, { email: 'old@example.com' }, 1000);
      await store.bury(alice, 5000);
      await store.getOrCreate(alice);
      assert.equal(await store.fill(alice, { email: 'late@example.com' }, 4000), 'stale');
      assert.equal(await store.fill(alice, { email: 'same@example.com' }, 5000), 'stale');
      assert.equal((await store.find(alice))?.email, undefined);
      assert.equal(await store.fill(alice, { email: 'new@example.com' }, 5001), 'applied');
      assert.equal((await store.find(alice))?.email, 'new@example.com');
    },
  },
  {
    name: 'remembers every id that one identity had, and never gives one again',
    async run(open) {
      const store = await open();
      const ids: string[] = [];
      for (let n = 1; n <= 5; n += 1) {
        ids.push((await store.getOrCreate(alice)).id);
        await store.bury(alice, n * 1000);
      }
      assert.equal(new Set(ids).size, 5);
      const tombstones = await store.bury(alice, 9000);
      assert.deepEqual(
        tombstones.map(({ userId, erasedAt }) => [userId, erasedAt]),
        ids.map((id, n) => [id, (n + 1) * 1000]),
      );
      assert.deepEqual(await store.buried(0), tombstones);
    },
  },
  {
    name: 'tells the tombstones since a moment, that moment included, oldest first',
    async run(open) {
      const store = await open();
      const subjects = ['c', 'a', 'b'];
      for (const [n, subject] of subjects.entries()) await store.bury({ issuer, subject }, 3000 - n * 1000);
      const since = async (moment: number) => (await store.buried(moment)).map(({ subject }) => subject);
      assert.deepEqual(await since(0), ['b', 'a', 'c']);
      assert.deepEqual(await since(2000), ['a', 'c']);
      assert.deepEqual(await since(2001), ['c']);
      assert.deepEqual(await since(3001), []);
    },
  },
  {
    name: 'tells all of many that were buried in the same millisecond',
    async run(open) {
      const store = await open();
      await Promise.all([alice, bob].map((identity) => store.bury(identity, 5000)));
      assert.deepEqual(
        new Set((await store.buried(5000)).map(({ subject }) => subject)),
        new Set(['alice', 'bob']),
      );
    },
  },
  {
    name: 'never finds a buried user however first requests race with the erasure',
    async run(open) {
      const store = await open();
      const { id } = await store.getOrCreate(alice);
      const racing = Array.from({ length: 20 }, (_, n) =>
        n === 10 ? store.bury(alice, 5000).then(() => undefined) : store.getOrCreate(alice),
      );
      const after = new Set((await Promise.all(racing)).flatMap((user) => user?.id ?? []));
      assert.ok(after.size <= 2, 'the old user and at most one new one');
      const living = await store.find(alice);
      assert.notEqual(living?.id, id);
      if (living) assert.ok(after.has(living.id));
      assert.deepEqual(
        (await store.buried(0)).map(({ userId }) => userId),
        [id],
      );
    },
  },
];
