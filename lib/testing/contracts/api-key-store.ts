import assert from 'node:assert/strict';
import type { ApiKeyRecord, ApiKeyStore } from '../../api-keys/api-key-store';

interface ApiKeyStoreTest {
  readonly name: string;
  /** `open` returns an empty store. */
  run(open: () => Promise<ApiKeyStore> | ApiKeyStore): Promise<void>;
}

const NO_LIMIT = 1000;

function record(id: string, more: Partial<ApiKeyRecord> = {}): ApiKeyRecord {
  return {
    id,
    hash: id.padEnd(64, '0'),
    userId: 'user-1',
    issuer: 'https://issuer.example',
    subject: 'alice',
    name: 'a key',
    scopes: ['modules:read', 'modules:write'],
    createdAt: 1_700_000_000_000,
    expiresAt: undefined,
    lastUsedAt: undefined,
    ...more,
  };
}

/** Tests for any `ApiKeyStore`. */
export const apiKeyStoreContract: readonly ApiKeyStoreTest[] = [
  {
    name: 'finds a key as it was added, frozen',
    async run(open) {
      const store = await open();
      const plain = record('k1');
      const full = record('k2', {
        name: '\u{1f511} $gt.__proto__',
        scopes: [],
        grantedAt: 1_699_999_999_000,
        expiresAt: 1_800_000_000_000,
        addresses: ['203.0.113.0/24', '2001:db8::1'],
        organization: 'org_$1',
      });
      assert.equal(await store.add(plain, NO_LIMIT), 'added');
      assert.equal(await store.add(full, NO_LIMIT), 'added');
      assert.deepEqual(await store.find('k1'), plain);
      const found = await store.find('k2');
      assert.deepEqual(found, full);
      assert.ok(Object.isFrozen(found) && Object.isFrozen(found.scopes) && Object.isFrozen(found.addresses));
    },
  },
  {
    name: 'finds nothing under an id that nobody has, however it is spelled',
    async run(open) {
      const store = await open();
      await store.add(record('k1'), NO_LIMIT);
      const others = ['', 'K1', 'k1 ', 'k', '__proto__', '{"$ne":null}', "' OR 1=1 --", 'x'.repeat(4000)];
      for (const id of others) assert.equal(await store.find(id), undefined);
    },
  },
  {
    name: "lists one user's keys, oldest first",
    async run(open) {
      const store = await open();
      await store.add(record('late', { createdAt: 3000 }), NO_LIMIT);
      await store.add(record('early', { createdAt: 1000 }), NO_LIMIT);
      await store.add(record('other', { createdAt: 2000, userId: 'user-2' }), NO_LIMIT);
      assert.deepEqual(
        (await store.list('user-1')).map(({ id }) => id),
        ['early', 'late'],
      );
      assert.deepEqual(await store.list('user-3'), []);
    },
  },
  {
    name: 'holds the limit of each user while many add at once',
    async run(open) {
      const store = await open();
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, n) => store.add(record(`k${String(n)}`), 5)),
      );
      assert.equal(outcomes.filter((outcome) => outcome === 'added').length, 5);
      assert.equal((await store.list('user-1')).length, 5);
      assert.equal(await store.add(record('more'), 5), 'limit');
      assert.equal(await store.find('more'), undefined);
      assert.equal(await store.add(record('other', { userId: 'user-2' }), 5), 'added');
    },
  },
  {
    name: 'gives the place of a deleted key to a new one',
    async run(open) {
      const store = await open();
      await store.add(record('k1'), 1);
      assert.equal(await store.delete('user-1', 'k1'), true);
      assert.equal(await store.add(record('k2'), 1), 'added');
    },
  },
  {
    name: 'lets several users have no key left',
    async run(open) {
      const store = await open();
      const [one, two] = [record('k1'), record('k2', { userId: 'user-2' })];
      await store.add(one, NO_LIMIT);
      await store.add(two, NO_LIMIT);
      assert.equal(await store.delete('user-1', 'k1'), true);
      assert.equal(await store.delete('user-2', 'k2'), true);
      assert.equal(await store.add(one, NO_LIMIT), 'added');
      assert.deepEqual(await store.list('user-1'), [one]);
    },
  },
  {
    name: 'deletes a key for its own user only, once',
    async run(open) {
      const store = await open();
      await store.add(record('k1'), NO_LIMIT);
      assert.equal(await store.delete('user-2', 'k1'), false);
      assert.ok(await store.find('k1'));
      assert.equal(await store.delete('user-1', 'k1'), true);
      assert.equal(await store.delete('user-1', 'k1'), false);
      assert.equal(await store.find('k1'), undefined);
      assert.deepEqual(await store.list('user-1'), []);
    },
  },
  {
    name: "deletes all of one user's keys and says how many",
    async run(open) {
      const store = await open();
      await store.add(record('k1'), NO_LIMIT);
      await store.add(record('k2'), NO_LIMIT);
      await store.add(record('other', { userId: 'user-2' }), NO_LIMIT);
      assert.equal(await store.deleteAll('user-1'), 2);
      assert.equal(await store.deleteAll('user-1'), 0);
      assert.equal(await store.find('k1'), undefined);
      assert.ok(await store.find('other'));
    },
  },
  {
    name: 'retires a key once, for its own user, to an end that never moves back',
    async run(open) {
      const store = await open();
      if (!store.retire) return;
      await store.add(record('k1'), NO_LIMIT);
      await store.add(record('k2', { expiresAt: 1_750_000_000_000 }), NO_LIMIT);
      const until = 1_800_000_000_000;
      assert.equal(await store.retire('user-2', 'k1', 'new', until), false);
      assert.equal(await store.retire('user-1', 'nobody', 'new', until), false);
      assert.deepEqual(await store.find('k1'), record('k1'));
      const outcomes = await Promise.all(
        ['new-1', 'new-2', 'new-3'].map(async (id) => store.retire?.('user-1', 'k1', id, until)),
      );
      assert.equal(outcomes.filter(Boolean).length, 1);
      const replacedBy = `new-${String(outcomes.indexOf(true) + 1)}`;
      assert.deepEqual(await store.find('k1'), record('k1', { expiresAt: until, replacedBy }));
      assert.equal(await store.retire('user-1', 'k2', 'new', until), true);
      assert.deepEqual(
        await store.find('k2'),
        record('k2', { expiresAt: 1_750_000_000_000, replacedBy: 'new' }),
      );
    },
  },
  {
    name: 'notes the latest use, and none of a key that is gone',
    async run(open) {
      const store = await open();
      await store.add(record('k1'), NO_LIMIT);
      await store.noteUse('k1', 2000);
      await store.noteUse('k1', 1000);
      assert.deepEqual(await store.find('k1'), record('k1', { lastUsedAt: 2000 }));
      await store.delete('user-1', 'k1');
      await store.noteUse('k1', 3000);
      assert.equal(await store.find('k1'), undefined);
      assert.deepEqual(await store.list('user-1'), []);
    },
  },
];
