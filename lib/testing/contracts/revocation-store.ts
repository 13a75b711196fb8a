import assert from 'node:assert/strict';
import type { Revocation } from '../../revocations/revocation-store';
import { issuer, removalContract, type RevocationStoreTest, session, soon } from './revocation-removal';

function pick(revocations: readonly Revocation[], value: string): Revocation | undefined {
  return revocations.find((revocation) => revocation.value === value);
}

/** Tests for any `RevocationStore`. */
export const revocationStoreContract: readonly RevocationStoreTest[] = [
  {
    name: 'reads back every kind of revocation as it was added',
    async run(open) {
      const store = await open();
      const until = soon();
      const added: Revocation[] = [
        { by: 'jti', issuer, value: 'same', until },
        { by: 'sid', issuer, value: 'same', until },
        { by: 'token', issuer, value: 'same', until },
        { by: 'key', issuer, value: 'same', until },
        { by: 'subject', issuer, value: 'same', until, at: 1_700_000_000_000 },
        { by: 'sid', issuer: 'https://other.example', value: 'same', until },
      ];
      assert.deepEqual(await store.add(added), added);
      const { revocations } = await store.read();
      assert.equal(revocations.length, added.length);
      for (const expected of added) assert.ok(revocations.some((revocation) => same(revocation, expected)));
    },
  },
  {
    name: 'keeps any value apart from every other, character by character',
    async run(open) {
      const store = await open();
      const values = [
        'a',
        'A',
        'a ',
        '\u00e9',
        'e\u0301',
        '__proto__',
        'constructor',
        '$gt',
        'a.b',
        '\u{1f512}',
        'x'.repeat(4000),
      ];
      await store.add(values.map((value) => session(value)));
      const { revocations } = await store.read();
      assert.deepEqual(revocations.map(({ value }) => value).sort(), [...values].sort());
    },
  },
  {
    name: 'lengthens with a repeat and never shortens',
    async run(open) {
      const store = await open();
      const until = soon();
      await store.add([session('s', until)]);
      const [kept] = await store.add([session('s', until - 1000)]);
      assert.equal(kept?.until, until);
      const [longer] = await store.add([session('s', until + 1000)]);
      assert.equal(longer?.until, until + 1000);
      const { revocations } = await store.read();
      assert.deepEqual(revocations, [session('s', until + 1000)]);
    },
  },
  {
    name: 'moves the time of a subject revocation forward only, each of its times by itself',
    async run(open) {
      const store = await open();
      const until = soon();
      await store.add([{ by: 'subject', issuer, value: 'u', until, at: 2000 }]);
      await store.add([{ by: 'subject', issuer, value: 'u', until: until + 5, at: 1000 }]);
      const { revocations } = await store.read();
      assert.deepEqual(revocations, [{ by: 'subject', issuer, value: 'u', until: until + 5, at: 2000 }]);
    },
  },
  {
    name: 'dates a subject revocation by its own clock where no time is given',
    async run(open) {
      const store = await open();
      const before = Date.now();
      const [kept] = await store.add([{ by: 'subject', issuer, value: 'u', until: soon() }]);
      assert.ok(kept?.by === 'subject');
      assert.ok(Math.abs(kept.at - before) < 30_000);
      assert.deepEqual(pick((await store.read()).revocations, 'u'), kept);
    },
  },
  {
    name: 'tells after a position what was added or lengthened since',
    async run(open) {
      const store = await open();
      const until = soon();
      await store.add([session('old', until), session('repeated', until)]);
      const { position } = await store.read();
      await store.add([session('new', until), session('repeated', until + 1000)]);
      const next = await store.read(position);
      assert.ok(pick(next.revocations, 'new'));
      assert.equal(pick(next.revocations, 'repeated')?.until, until + 1000);
      const last = await store.read(next.position);
      await store.add([session('last', until)]);
      assert.ok(pick((await store.read(last.position)).revocations, 'last'));
    },
  },
  {
    name: 'loses nothing of what many add at once while another reads',
    async run(open) {
      const store = await open();
      const seen = new Set<string>();
      let position: string | undefined;
      const follow = async () => {
        const page = await store.read(position);
        for (const { value } of page.revocations) seen.add(value);
        position = page.position;
      };
      const writers = Array.from({ length: 40 }, (_, n) => store.add([session(`s${String(n)}`)]));
      for (let n = 0; n < 5; n += 1) await follow();
      await Promise.all(writers);
      await follow();
      assert.equal(seen.size, 40);
    },
  },
  {
    name: 'keeps one entry where many add the same at once',
    async run(open) {
      const store = await open();
      const until = soon();
      await Promise.all(Array.from({ length: 20 }, (_, n) => store.add([session('s', until + n)])));
      assert.deepEqual((await store.read()).revocations, [session('s', until + 19)]);
    },
  },
  ...removalContract,
  {
    name: 'tells a watcher of an addition, and no more once it has stopped',
    async run(open) {
      const store = await open();
      if (!store.watch) return;
      let calls = 0;
      const stop = store.watch(() => (calls += 1));
      for (let tries = 0; calls === 0 && tries < 100; tries += 1) {
        await store.add([session(`s${String(tries)}`)]);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.ok(calls > 0);
      stop();
      const before = calls;
      await store.add([session('after')]);
      assert.equal(calls, before);
    },
  },
];

function same(a: Revocation, b: Revocation): boolean {
  return (
    a.by === b.by &&
    a.issuer === b.issuer &&
    a.value === b.value &&
    a.until === b.until &&
    atOf(a) === atOf(b)
  );
}

function atOf(revocation: Revocation): number | undefined {
  return revocation.by === 'subject' ? revocation.at : undefined;
}
