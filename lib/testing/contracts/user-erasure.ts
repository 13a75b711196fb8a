import assert from 'node:assert/strict';
import type { Identity } from '../../auth';
import { InvalidTokenError } from '../../errors';
import type { UserStore } from '../../users/user-store';

interface ErasureTest {
  readonly name: string;
  run(open: () => Promise<UserStore> | UserStore): Promise<void>;
}

const issuer = 'https://issuer.example';
const alice: Identity = { issuer, subject: 'alice' };
const bob: Identity = { issuer, subject: 'bob' };

/** The tests for the erasure of users. */
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
    name: 'bounds what it keeps of an identity that is erased over and over, and keeps the latest',
    async run(open) {
      const store = await open();
      const ids: string[] = [];
      for (let n = 1; n <= 60; n += 1) {
        ids.push((await store.getOrCreate(alice)).id);
        // As with a clock that is set back now and then.
        await store.bury(alice, n % 10 === 0 ? n * 1000 - 2500 : n * 1000);
      }
      assert.equal(new Set(ids).size, 60);
      const tombstones = await store.bury(alice, 99_000);
      assert.ok(tombstones.length >= 5 && tombstones.length < 40);
      const kept = new Set(tombstones.map(({ userId }) => userId));
      assert.ok(ids.slice(-5).every((id) => kept.has(id)));
      assert.deepEqual(await store.buried(0), tombstones);
      await assert.rejects(store.getOrCreate(alice, 59_000), InvalidTokenError);
      assert.equal(await store.fill(alice, { name: 'Alice' }, 99_000), 'erased');
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
