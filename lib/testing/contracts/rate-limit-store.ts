import assert from 'node:assert/strict';
import type { Options, Store } from 'express-rate-limit';

interface RateLimitStoreTest {
  readonly name: string;
  /** `open` returns an empty store, not yet initialised. */
  run(open: () => Promise<Store> | Store): Promise<void>;
}

const MINUTE = 60_000;

async function opened(open: () => Promise<Store> | Store, windowMs = MINUTE): Promise<Store> {
  const store = await open();
  // express-rate-limit passes all its options; a store may read this one only.
  await store.init?.({ windowMs } as Options);
  return store;
}

/** Tests for any shared store of express-rate-limit. */
export const rateLimitStoreContract: readonly RateLimitStoreTest[] = [
  {
    name: 'counts the hits of a key, one by one, to the end of its window',
    async run(open) {
      const store = await opened(open);
      const before = Date.now();
      for (const expected of [1, 2, 3]) {
        const { totalHits, resetTime } = await store.increment('alice');
        assert.equal(totalHits, expected);
        assert.ok(resetTime, 'the window has an end');
        const ends = resetTime.getTime() - before;
        assert.ok(ends > 0 && ends <= MINUTE + 5000, `the window ends after ${String(ends)} ms`);
      }
    },
  },
  {
    name: 'counts each of many hits at once, so that no more pass than a limit allows',
    async run(open) {
      const store = await opened(open);
      const hits = await Promise.all(Array.from({ length: 50 }, async () => store.increment('alice')));
      for (let limit = 1; limit <= 50; limit += 1) {
        const passed = hits.filter(({ totalHits }) => totalHits <= limit).length;
        assert.ok(passed <= limit, `${String(passed)} passed a limit of ${String(limit)}`);
      }
      assert.equal((await store.increment('alice')).totalHits, 51);
    },
  },
  {
    name: 'keeps keys apart, whatever they hold',
    async run(open) {
      const store = await opened(open);
      const keys = ['a', 'A', 'a ', '', '__proto__', '$gt', 'a.b', '{"$ne":null}', '\u00e9', 'e\u0301'];
      keys.push('\ud800', '\ud801', '\ufffd', 'x'.repeat(4000));
      for (const key of keys) assert.equal((await store.increment(key)).totalHits, 1);
      for (const key of keys) assert.equal((await store.increment(key)).totalHits, 2);
    },
  },
  {
    name: 'begins a new window after the end of one',
    async run(open) {
      const store = await opened(open, 200);
      await store.increment('alice');
      for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
        await new Promise((resolve) => setTimeout(resolve, 250));
        const { totalHits } = await store.increment('alice');
        if (totalHits === 1) return;
      }
      assert.fail('the window never ended');
    },
  },
  {
    name: 'takes a hit back, and none below zero',
    async run(open) {
      const store = await opened(open);
      await store.increment('alice');
      await store.increment('alice');
      await store.decrement('alice');
      assert.equal((await store.increment('alice')).totalHits, 2);
      await store.decrement('nobody');
      assert.equal((await store.increment('nobody')).totalHits, 1);
    },
  },
  {
    name: 'forgets one key when it is reset, and no other',
    async run(open) {
      const store = await opened(open);
      await store.increment('alice');
      await store.increment('bob');
      await store.resetKey('alice');
      assert.equal((await store.increment('alice')).totalHits, 1);
      assert.equal((await store.increment('bob')).totalHits, 2);
    },
  },
  {
    name: 'tells the hits of a key without counting, where it can',
    async run(open) {
      const store = await opened(open);
      if (!store.get) return;
      assert.equal(await store.get('alice'), undefined);
      await store.increment('alice');
      assert.equal((await store.get('alice'))?.totalHits, 1);
      assert.equal((await store.increment('alice')).totalHits, 2);
    },
  },
];
