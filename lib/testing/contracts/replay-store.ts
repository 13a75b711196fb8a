import assert from 'node:assert/strict';
import type { ReplayStore } from '../../replays/replay-store';

interface ReplayStoreTest {
  readonly name: string;
  /** `open` returns an empty store. */
  run(open: () => Promise<ReplayStore> | ReplayStore): Promise<void>;
}

const MINUTE = 60_000;

/** Tests for any `ReplayStore`. */
export const replayStoreContract: readonly ReplayStoreTest[] = [
  {
    name: 'gives a message to exactly one of many that claim it at once',
    async run(open) {
      const store = await open();
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, n) => store.claim('msg', `holder-${String(n)}`, MINUTE)),
      );
      assert.equal(claims.filter((claim) => claim === 'claimed').length, 1);
      assert.equal(claims.filter((claim) => claim === 'busy').length, 19);
    },
  },
  {
    name: 'remembers a message that was handled',
    async run(open) {
      const store = await open();
      await store.claim('msg', 'a', MINUTE);
      await store.complete('msg', MINUTE);
      assert.equal(await store.claim('msg', 'b', MINUTE), 'done');
      await store.release('msg', 'a');
      assert.equal(await store.claim('msg', 'b', MINUTE), 'done');
    },
  },
  {
    name: 'gives a message that its holder released to the next one',
    async run(open) {
      const store = await open();
      await store.claim('msg', 'a', MINUTE);
      await store.release('msg', 'a');
      assert.equal(await store.claim('msg', 'b', MINUTE), 'claimed');
    },
  },
  {
    name: "leaves another holder's claim alone",
    async run(open) {
      const store = await open();
      await store.claim('msg', 'a', MINUTE);
      await store.release('msg', 'b');
      assert.equal(await store.claim('msg', 'c', MINUTE), 'busy');
    },
  },
  {
    name: 'gives a message whose holder died to the next one, and to one only',
    async run(open) {
      const store = await open();
      await store.claim('msg', 'a', 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      const claims = await Promise.all(['b', 'c', 'd'].map((holder) => store.claim('msg', holder, MINUTE)));
      assert.equal(claims.filter((claim) => claim === 'claimed').length, 1);
      await store.release('msg', 'a');
      assert.equal(await store.claim('msg', 'e', MINUTE), 'busy');
    },
  },
  {
    name: 'takes the completion of a claim that has lapsed',
    async run(open) {
      const store = await open();
      await store.claim('msg', 'a', 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await store.complete('msg', MINUTE);
      assert.equal(await store.claim('msg', 'b', MINUTE), 'done');
    },
  },
  {
    name: 'keeps ids apart, whatever they hold',
    async run(open) {
      const store = await open();
      const ids = ['msg', 'MSG', 'msg ', '__proto__', '$gt', 'a.b', '', 'x'.repeat(4000)];
      for (const id of ids) assert.equal(await store.claim(id, 'a', MINUTE), 'claimed');
      for (const id of ids) assert.equal(await store.claim(id, 'b', MINUTE), 'busy');
    },
  },
];
