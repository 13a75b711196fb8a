import assert from 'node:assert/strict';
import type { CredentialRevocation, RevocationStore } from '../../revocations/revocation-store';

export interface RevocationStoreTest {
  readonly name: string;
  /** `open` returns an empty store. */
  run(open: () => Promise<RevocationStore> | RevocationStore): Promise<void>;
}

const HOUR = 3_600_000;
export const issuer = 'https://issuer.example';
export const soon = () => Date.now() + HOUR;

export function session(value: string, until = soon()): CredentialRevocation {
  return { by: 'sid', issuer, value, until };
}

/** The tests for `removeExpired`. */
export const removalContract: readonly RevocationStoreTest[] = [
  {
    name: 'forgets what is past its time and nothing else',
    async run(open) {
      const store = await open();
      const until = soon();
      await store.add([session('live', until), session('over', until - 2 * HOUR)]);
      await store.removeExpired(Date.now());
      assert.deepEqual((await store.read()).revocations, [session('live', until)]);
    },
  },
  {
    name: 'keeps what its own clock holds for live, whatever the clock of who cleans it says',
    async run(open) {
      const store = await open();
      const live = session('live');
      await store.add([live]);
      assert.equal(await store.removeExpired(Date.now() + 1000 * HOUR), 0);
      assert.deepEqual((await store.read()).revocations, [live]);
    },
  },
  {
    name: 'tells the time of its own clock, if it tells one',
    async run(open) {
      const { now = Date.now() } = await (await open()).read();
      assert.ok(Math.abs(now - Date.now()) < 30_000);
    },
  },
];
