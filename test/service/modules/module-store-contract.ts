import assert from 'node:assert/strict';
import type { ModuleStore, Page, StoredModule } from '../../../service/modules/module-store';

export interface ModuleStoreTest {
  readonly name: string;
  /** `open` gives an empty store. */
  run(open: () => Promise<ModuleStore> | ModuleStore): Promise<void>;
}

const options = { limit: 1000 };
const everything = { limit: 100, maxBytes: 4 * 1024 * 1024 };
const owner = '6f1c1a30-0000-4000-8000-000000000001';
const other = '6f1c1a30-0000-4000-8000-000000000002';

/** Texts of JSON objects that some databases, drivers or encoders would change. */
const ODD_TEXTS = [
  '{}',
  '{"$gt":""}',
  '{"a.b":{"$set":{"x":1}},"$where":"1"}',
  '{"__proto__":{"polluted":true},"constructor":1,"":{"":""}}',
  '{"n":-0,"m":0,"big":12345678901234567000,"small":5e-324,"large":1.7976931348623157e+308}',
  '{"text":"\\u0000\\ud800 \\udc00","é":"\u{1f511}\u2028"}',
  '{"line\\nbreak":"a\\nb\\r\\n"}',
  '{"_id":"x","id":null,"_bsontype":"ObjectId","toJSON":"y"}',
  '{ "spaced" :  1 }',
  `{"long":"${'\u00e9'.repeat(100_000)}"}`,
];

async function saved(store: ModuleStore, id: string, data = '{}', by = owner): Promise<StoredModule> {
  const result = await store.save(by, id, data, options);
  if (!('module' in result)) throw new assert.AssertionError({ message: `not saved: ${result.outcome}` });
  return result.module;
}

async function pages(store: ModuleStore, limit: number, maxBytes = everything.maxBytes): Promise<string[][]> {
  const all: string[][] = [];
  let page: Page | undefined;
  do {
    page = await store.list(owner, {
      limit,
      maxBytes,
      ...(page?.next !== undefined && { after: page.next }),
    });
    all.push(page.items.map(({ moduleId }) => moduleId));
    assert.ok(all.length < 100, 'paging comes to an end');
  } while (page.next !== undefined);
  return all;
}

const savingContract: readonly ModuleStoreTest[] = [
  {
    name: 'creates a module with version 1 and finds it as it was saved',
    async run(open) {
      const store = await open();
      const result = await store.save(owner, 'm', '{"a":1}', options);
      assert.equal(result.outcome, 'created');
      assert.ok('module' in result);
      const { module } = result;
      assert.deepEqual([module.moduleId, module.data, module.version], ['m', '{"a":1}', 1]);
      assert.equal(module.createdAt, module.updatedAt);
      assert.equal(new Date(module.createdAt).toISOString(), module.createdAt);
      assert.match(module.revision, /^[A-Za-z0-9_-]{16,}$/);
      assert.ok(Object.isFrozen(module));
      const found = await store.get(owner, 'm');
      assert.deepEqual(found, module);
      assert.ok(Object.isFrozen(found));
    },
  },
  {
    name: 'counts versions, keeps the day of creation and changes the revision with each save',
    async run(open) {
      const store = await open();
      const first = await saved(store, 'm', '{"a":1}');
      const result = await store.save(owner, 'm', '{"a":2}', options);
      assert.equal(result.outcome, 'updated');
      assert.ok('module' in result);
      assert.equal(result.module.version, 2);
      assert.equal(result.module.data, '{"a":2}');
      assert.equal(result.module.createdAt, first.createdAt);
      assert.ok(result.module.updatedAt >= first.updatedAt);
      assert.notEqual(result.module.revision, first.revision);
      assert.deepEqual(await store.get(owner, 'm'), result.module);
    },
  },
  {
    name: 'changes the revision also when the same data is saved again',
    async run(open) {
      const store = await open();
      const revisions = [(await saved(store, 'm')).revision, (await saved(store, 'm')).revision];
      assert.equal(new Set(revisions).size, 2);
    },
  },
  {
    name: 'gives data back byte for byte',
    async run(open) {
      const store = await open();
      for (const [n, text] of ODD_TEXTS.entries()) {
        assert.equal((await saved(store, `m${String(n)}`, text)).data, text);
        assert.equal((await store.get(owner, `m${String(n)}`))?.data, text);
      }
      const { items } = await store.list(owner, everything);
      assert.deepEqual(
        items.map(({ data }) => data),
        ODD_TEXTS,
      );
    },
  },
  {
    name: 'keeps every moduleId that the rule admits apart',
    async run(open) {
      const store = await open();
      const ids = ['a', 'A', '0', '-', '~', '_', '...', '__proto__', 'constructor', 'a.b', 'a'.repeat(128)];
      for (const id of ids) await saved(store, id, JSON.stringify({ id }));
      for (const id of ids) assert.equal((await store.get(owner, id))?.data, JSON.stringify({ id }));
      assert.equal(await store.get(owner, 'a'.repeat(127)), undefined);
    },
  },
  {
    name: 'lets each of many racing saves of one module have its own version',
    async run(open) {
      const store = await open();
      const racing = await Promise.all(
        Array.from({ length: 30 }, (_, n) => saved(store, 'm', `{"n":${String(n)}}`)),
      );
      const versions = racing.map(({ version }) => version).sort((a, b) => a - b);
      assert.deepEqual(
        versions,
        Array.from({ length: 30 }, (_, n) => n + 1),
      );
      const last = racing.find(({ version }) => version === 30);
      assert.deepEqual(await store.get(owner, 'm'), last);
    },
  },
];

const ifMatchContract: readonly ModuleStoreTest[] = [
  {
    name: 'saves under If-Match when the revision is the present one, alone or in a list',
    async run(open) {
      const store = await open();
      const first = await saved(store, 'm');
      const second = await store.save(owner, 'm', '{}', { ...options, ifMatch: [first.revision] });
      assert.ok('module' in second && second.outcome === 'updated');
      const third = await store.save(owner, 'm', '{}', {
        ...options,
        ifMatch: ['x', second.module.revision],
      });
      assert.equal(third.outcome, 'updated');
      assert.equal((await store.save(owner, 'm', '{}', { ...options, ifMatch: '*' })).outcome, 'updated');
    },
  },
  {
    name: 'refuses under If-Match, and changes nothing, when the revision is another or there is none',
    async run(open) {
      const store = await open();
      const old = await saved(store, 'm');
      const now = await saved(store, 'm', '{"now":1}');
      for (const ifMatch of [[old.revision], ['nonsense'], [''], ['*'], ['$ne'], []]) {
        assert.deepEqual(await store.save(owner, 'm', '{}', { ...options, ifMatch }), {
          outcome: 'mismatch',
        });
      }
      assert.deepEqual(await store.get(owner, 'm'), now);
      for (const ifMatch of ['*' as const, [now.revision]]) {
        assert.deepEqual(await store.save(owner, 'none', '{}', { ...options, ifMatch }), {
          outcome: 'mismatch',
        });
      }
      assert.equal(await store.get(owner, 'none'), undefined);
    },
  },
  {
    name: 'lets one of many racing saves with the same If-Match win',
    async run(open) {
      const store = await open();
      const { revision } = await saved(store, 'm');
      const racing = await Promise.all(
        Array.from({ length: 20 }, () => store.save(owner, 'm', '{}', { ...options, ifMatch: [revision] })),
      );
      assert.equal(racing.filter(({ outcome }) => outcome === 'updated').length, 1);
      assert.equal((await store.get(owner, 'm'))?.version, 2);
    },
  },
  {
    name: 'starts anew after a delete, with a revision that never was',
    async run(open) {
      const store = await open();
      const before = [(await saved(store, 'm')).revision, (await saved(store, 'm')).revision];
      await store.delete(owner, 'm');
      const again = await store.save(owner, 'm', '{}', options);
      assert.ok('module' in again && again.outcome === 'created');
      assert.equal(again.module.version, 1);
      assert.ok(!before.includes(again.module.revision));
      for (const revision of before) {
        const late = await store.save(owner, 'm', '{"late":1}', { ...options, ifMatch: [revision] });
        assert.equal(late.outcome, 'mismatch');
      }
    },
  },
];

const limitContract: readonly ModuleStoreTest[] = [
  {
    name: 'refuses one more than the limit, and still updates those there are',
    async run(open) {
      const store = await open();
      const two = { limit: 2 };
      await store.save(owner, 'a', '{}', two);
      await store.save(owner, 'b', '{}', two);
      assert.deepEqual(await store.save(owner, 'c', '{}', two), { outcome: 'limit' });
      assert.equal(await store.get(owner, 'c'), undefined);
      assert.equal((await store.save(owner, 'a', '{}', two)).outcome, 'updated');
      assert.equal((await store.save(other, 'c', '{}', two)).outcome, 'created');
      await store.delete(owner, 'a');
      assert.equal((await store.save(owner, 'c', '{}', two)).outcome, 'created');
    },
  },
  {
    name: 'holds the limit while many are made at once',
    async run(open) {
      const store = await open();
      const racing = await Promise.all(
        Array.from({ length: 20 }, (_, n) => store.save(owner, `m${String(n)}`, '{}', { limit: 5 })),
      );
      assert.equal(racing.filter(({ outcome }) => outcome === 'created').length, 5);
      assert.equal((await store.list(owner, everything)).items.length, 5);
    },
  },
  {
    name: 'counts right again after deletes that race with each other',
    async run(open) {
      const store = await open();
      const two = { limit: 2 };
      await Promise.all(['a', 'b'].map((id) => store.save(owner, id, '{}', two)));
      const gone = await Promise.all(Array.from({ length: 10 }, () => store.delete(owner, 'a')));
      assert.equal(gone.filter(Boolean).length, 1);
      assert.equal((await store.save(owner, 'c', '{}', two)).outcome, 'created');
      assert.equal((await store.save(owner, 'd', '{}', two)).outcome, 'limit');
      await store.deleteAll(owner);
      assert.equal((await store.save(owner, 'd', '{}', two)).outcome, 'created');
    },
  },
];

const pagingContract: readonly ModuleStoreTest[] = [
  {
    name: 'lists nothing for an owner without modules',
    async run(open) {
      const store = await open();
      assert.deepEqual(await store.list(owner, everything), { items: [], next: undefined });
    },
  },
  {
    name: 'lists whole modules in the order of their ids as ASCII has it',
    async run(open) {
      const store = await open();
      const ids = ['b', 'B', 'a', '~', '10', '9', '-', '.x', '_', 'ab', 'a.b', 'a-b'];
      const modules = new Map<string, StoredModule>();
      for (const id of ids) modules.set(id, await saved(store, id));
      const { items, next } = await store.list(owner, everything);
      assert.equal(next, undefined);
      assert.deepEqual(
        items,
        [...ids].sort().map((id) => modules.get(id)),
      );
      assert.ok(items.every((item) => Object.isFrozen(item)));
    },
  },
  {
    name: 'pages without gaps or repeats, and the last page says so, full or not',
    async run(open) {
      const store = await open();
      for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) await saved(store, id);
      assert.deepEqual(await pages(store, 4), [
        ['a', 'b', 'c', 'd'],
        ['e', 'f'],
      ]);
      assert.deepEqual(await pages(store, 3), [
        ['a', 'b', 'c'],
        ['d', 'e', 'f'],
      ]);
      assert.deepEqual(await pages(store, 1), [['a'], ['b'], ['c'], ['d'], ['e'], ['f']]);
      assert.deepEqual(await pages(store, 6), [['a', 'b', 'c', 'd', 'e', 'f']]);
    },
  },
  {
    name: 'goes on at the right place while modules come and go, the one it stopped at too',
    async run(open) {
      const store = await open();
      for (const id of ['b', 'd', 'f', 'h']) await saved(store, id);
      const first = await store.list(owner, { ...everything, limit: 2 });
      assert.equal(first.next, 'd');
      await store.delete(owner, 'd');
      await store.delete(owner, 'b');
      await store.delete(owner, 'f');
      for (const id of ['a', 'c', 'e', 'g']) await saved(store, id);
      const second = await store.list(owner, { ...everything, limit: 2, after: 'd' });
      assert.deepEqual(
        second.items.map(({ moduleId }) => moduleId),
        ['e', 'g'],
      );
      const third = await store.list(owner, { ...everything, limit: 2, after: 'g' });
      assert.deepEqual(
        third.items.map(({ moduleId }) => moduleId),
        ['h'],
      );
      assert.deepEqual(await store.list(owner, { ...everything, after: 'h' }), {
        items: [],
        next: undefined,
      });
    },
  },
  {
    name: 'ends a page with the module that takes it past its bytes, and always gets on',
    async run(open) {
      const store = await open();
      const text = `{"t":"${'\u00e9'.repeat(496)}"}`;
      assert.equal(Buffer.byteLength(text), 1000);
      for (const id of ['a', 'b', 'c', 'd', 'e']) await saved(store, id, text);
      assert.deepEqual(await pages(store, 100, 1999), [['a', 'b'], ['c', 'd'], ['e']]);
      assert.deepEqual(await pages(store, 100, 2000), [
        ['a', 'b', 'c'],
        ['d', 'e'],
      ]);
      assert.deepEqual(await pages(store, 100, 1), [['a'], ['b'], ['c'], ['d'], ['e']]);
    },
  },
];

const ownerContract: readonly ModuleStoreTest[] = [
  {
    name: 'deletes one module, and says whether there was one',
    async run(open) {
      const store = await open();
      await saved(store, 'a');
      const stays = await saved(store, 'b');
      assert.equal(await store.delete(owner, 'a'), true);
      assert.equal(await store.get(owner, 'a'), undefined);
      assert.equal(await store.delete(owner, 'a'), false);
      assert.equal(await store.delete(owner, 'never'), false);
      assert.deepEqual(await store.get(owner, 'b'), stays);
    },
  },
  {
    name: 'deletes all of one owner, repeatably, and nothing of anybody else',
    async run(open) {
      const store = await open();
      for (const id of ['a', 'b', 'c']) await saved(store, id);
      const stays = await saved(store, 'a', '{}', other);
      assert.equal(await store.deleteAll(owner), 3);
      assert.equal(await store.deleteAll(owner), 0);
      assert.deepEqual(await store.list(owner, everything), { items: [], next: undefined });
      assert.deepEqual((await store.list(other, everything)).items, [stays]);
    },
  },
  {
    name: 'sweeps what was saved while all was deleted when it is repeated',
    async run(open) {
      const store = await open();
      const saves = Array.from({ length: 20 }, (_, n) => saved(store, `m${String(n)}`));
      await Promise.all([...saves.slice(0, 10), store.deleteAll(owner), ...saves.slice(10)]);
      await store.deleteAll(owner);
      assert.deepEqual(await store.list(owner, everything), { items: [], next: undefined });
    },
  },
  {
    name: 'keeps owners apart, also those whose ids begin alike or look like operators',
    async run(open) {
      const store = await open();
      const owners = ['a', 'ab', 'a.b', 'A', '$ne', '{"$ne":null}', '__proto__', 'constructor', owner, other];
      for (const by of owners) await saved(store, 'm', JSON.stringify({ by }), by);
      for (const by of owners) {
        const data = JSON.stringify({ by });
        assert.equal((await store.get(by, 'm'))?.data, data);
        const { items } = await store.list(by, everything);
        assert.deepEqual(
          items.map((item) => item.data),
          [data],
        );
      }
      assert.equal(await store.deleteAll('a'), 1);
      for (const by of owners.slice(1)) assert.equal((await store.get(by, 'm'))?.version, 1);
    },
  },
];

/** What every `ModuleStore` does. */
export const moduleStoreContract: readonly ModuleStoreTest[] = [
  ...savingContract,
  ...ifMatchContract,
  ...limitContract,
  ...pagingContract,
  ...ownerContract,
];
