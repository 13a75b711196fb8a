import assert from 'node:assert/strict';
import type { Identity } from '../../auth';
import type { UserStore } from '../../users/user-store';

interface ReturnTest {
  readonly name: string;
  run(open: () => Promise<UserStore> | UserStore): Promise<void>;
}

const issuer = 'https://issuer.example';
const alice: Identity = { issuer, subject: 'alice' };

/** The tests for users who come back after an erasure. */
export const returnContract: readonly ReturnTest[] = [
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
];
