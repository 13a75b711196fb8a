import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { open as openLmdb } from 'lmdb';
import { migrate } from '../../scripts/migrate/migrate';
import { openEmbeddedStorage } from '../../service/storage/embedded/storage';
import { openMongoStorage } from '../../service/storage/mongo/storage';
import type { Storage } from '../../service/storage/storage';
import { cleanUp, later, temporaryFolder } from '../support/clean-up';
import { databaseUri, describeMongo, dropDatabase } from '../support/mongo';

jest.setTimeout(120_000);
afterEach(cleanUp);

const issuer = 'https://issuer.example';
const until = Date.now() + 3_600_000;
const LIMIT = { limit: 10_000 };
const PAGE = { limit: 10_000, maxBytes: Infinity };
const SUBJECTS = ['alice', 'bob', '$gt', 'x'.repeat(255), '\u{1f511}', '__proto__'];
const TEXTS = ['{"$gt":1,"a.b":{"":null}}', '{"__proto__":{"n":-0}}', `{"t":"${'é'.repeat(100_000)}"}`];

interface Place {
  readonly env: { readonly DATA_DIR: string; readonly MONGODB_URI: string };
  with<T>(store: 'embedded' | 'mongo', use: (storage: Storage) => Promise<T>): Promise<T>;
}

/** An empty place of each kind. */
function places(MONGODB_URI = databaseUri()): Place {
  const DATA_DIR = join(temporaryFolder(), 'data');
  later(() => dropDatabase(MONGODB_URI));
  return {
    env: { DATA_DIR, MONGODB_URI },
    async with(store, use) {
      const storage =
        store === 'mongo'
          ? await openMongoStorage({ uri: MONGODB_URI })
          : await openEmbeddedStorage({ folder: DATA_DIR, sync: false });
      try {
        return await use(storage);
      } finally {
        await storage.close();
      }
    },
  };
}

async function fill({ users, modules, apiKeys, revocations }: Storage): Promise<void> {
  for (const [n, subject] of SUBJECTS.entries()) {
    const identity = { issuer, subject };
    const { id } = await users.getOrCreate(identity);
    await users.fill(identity, { email: `${String(n)}@example.com`, name: 'Näme $set' }, 1000 + n);
    for (const [m, text] of TEXTS.entries()) await modules.save(id, `m${String(m)}`, text, LIMIT);
    await modules.save(id, 'm0', '{"again":true}', LIMIT);
    const key = { id: `k${String(n)}`, hash: 'f'.repeat(64), userId: id, ...identity, name: 'key' };
    const rest = { scopes: ['modules:read'], createdAt: 1000, expiresAt: n % 2 ? until : undefined };
    await apiKeys.add({ ...key, ...rest, lastUsedAt: undefined }, 50);
  }
  await users.bury({ issuer, subject: 'bob' }, 5000);
  await users.getOrCreate({ issuer, subject: 'bob' }, 6000);
  await users.bury({ issuer, subject: 'never seen' }, 7000);
  await revocations.add([
    { by: 'sid', issuer, value: 'sess_1', until },
    { by: 'subject', issuer, value: 'bob', until, at: 5000 },
  ]);
}

/** All that the ports tell. */
async function contents({ users, modules, apiKeys, revocations }: Storage): Promise<unknown> {
  const found = await Promise.all(SUBJECTS.map((subject) => users.find({ issuer, subject })));
  const ids = [
    ...found.map((user) => user!.id),
    ...(await users.buried(0)).flatMap(({ userId }) => userId ?? []),
  ];
  return {
    found,
    buried: await users.buried(0),
    modules: await Promise.all(ids.map((id) => modules.list(id, PAGE))),
    keys: await Promise.all(ids.map((id) => apiKeys.list(id))),
    revoked: (await revocations.read()).revocations.map((each) => JSON.stringify(each)).sort(),
  };
}

async function run(args: string, env: NodeJS.ProcessEnv): Promise<{ code: number; output: string }> {
  const lines: string[] = [];
  const code = await migrate(args.split(' ').filter(Boolean), env, (line) => void lines.push(line));
  return { code, output: lines.join('\n') };
}

const THERE = '--from embedded --to mongo';
const BACK = '--from mongo --to embedded';

describeMongo('migrating', () => {
  it('brings everything over, and back again, as it was', async () => {
    const here = places();
    await here.with('embedded', fill);
    const expected = await here.with('embedded', contents);
    const first = await run(THERE, here.env);
    expect(first).toEqual({ code: 0, output: expect.stringMatching(/done: everything is there$/) });
    expect(first.output).toMatch(/^users: 7 there, checksum [0-9a-f]{16}$/m);
    expect(first.output).toMatch(/^modules: 18 there/m);
    expect(await here.with('mongo', contents)).toEqual(expected);

    const again = places(here.env.MONGODB_URI);
    const second = await run(BACK, again.env);
    expect(second.output).toBe(first.output);
    expect(await again.with('embedded', contents)).toEqual(expected);
  });

  it('changes nothing when it is run again, and completes a run that was cut off', async () => {
    const { env, with: using } = places();
    await using('embedded', fill);
    const first = await run(THERE, env);
    expect(await run(THERE, env)).toEqual(first);
    await using('mongo', async ({ modules, users }) => {
      const { id } = (await users.find({ issuer, subject: 'alice' }))!;
      await modules.delete(id, 'm1');
    });
    expect(await run(THERE, env)).toEqual(first);
    expect(await using('mongo', contents)).toEqual(await using('embedded', contents));
  });

  it('overwrites nothing, and says what is other there', async () => {
    const { env, with: using } = places();
    await using('embedded', fill);
    await run(THERE, env);
    await using('mongo', async ({ modules, users }) => {
      const { id } = (await users.find({ issuer, subject: 'alice' }))!;
      await modules.save(id, 'm1', '{"newer":true}', LIMIT);
    });
    const before = await using('mongo', contents);
    const { code, output } = await run(THERE, env);
    expect(code).toBe(1);
    expect(output).toMatch(/^modules: 1 of 18 are missing or other than here, checksums/m);
    expect(output).toMatch(/NOT complete.*Nothing was overwritten/);
    expect(await using('mongo', contents)).toEqual(before);
  });

  it('tells how far it is', async () => {
    const { env, with: using } = places();
    await using('embedded', async ({ modules }) => {
      const save = (n: number) => modules.save(`owner-${String(n % 110)}`, `m${String(n)}`, '{}', LIMIT);
      await Promise.all(Array.from({ length: 1100 }, (_, n) => save(n)));
    });
    expect((await run(THERE, env)).output).toMatch(/^modules: 1000 \.\.\.$/m);
  });
});

describe('a migration that cannot be meant', () => {
  const MONGODB_URI = 'mongodb://127.0.0.1:1/none';

  it.each<[string, string, NodeJS.ProcessEnv, RegExp]>([
    ['no flags', '', { MONGODB_URI }, /--from must be embedded or mongo/],
    ['no --to', '--from mongo', { MONGODB_URI }, /--to must be embedded or mongo/],
    ['an unknown store', '--from postgres --to mongo', { MONGODB_URI }, /--from must be/],
    ['the same store twice', '--from mongo --to mongo', { MONGODB_URI }, /both mongo/],
    ['an unknown flag', `${BACK} --force`, { MONGODB_URI }, /--force/],
    ['a stray word', `${BACK} now`, { MONGODB_URI }, /now/],
    ['no database', BACK, {}, /MONGODB_URI must be/],
    ['a database of another kind', BACK, { MONGODB_URI: 'postgres://x' }, /MONGODB_URI must be/],
  ])('is refused with what would be meant: %s', async (_what, args, env, message) => {
    const DATA_DIR = join(temporaryFolder(), 'data');
    const { code, output } = await run(args, { DATA_DIR, ...env });
    expect(code).toBe(2);
    expect(output).toMatch(message);
    expect(output).toContain('npm run migrate -- --from embedded --to mongo');
    expect(existsSync(DATA_DIR)).toBe(false);
  });

  it('is refused for a folder that holds no store, and makes none there', async () => {
    const DATA_DIR = join(temporaryFolder(), 'misspelt');
    const { code, output } = await run(THERE, { DATA_DIR, MONGODB_URI });
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('holds no embedded store') });
    expect(existsSync(DATA_DIR)).toBe(false);
  });
});

describe('a migration that cannot be made', () => {
  it('says that the database is away', async () => {
    const DATA_DIR = join(temporaryFolder(), 'data');
    const { code, output } = await run(BACK, { DATA_DIR, MONGODB_URI: 'mongodb://127.0.0.1:1/none' });
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining("can't be reached") });
  });

  it('leaves a folder of a newer format alone', async () => {
    const DATA_DIR = temporaryFolder();
    const root = openLmdb({ path: DATA_DIR, noSubdir: false, encoding: 'string' });
    await root.openDB<string>({ name: 'about', encoding: 'string' }).put('format', '99');
    await root.close();
    const { code, output } = await run(THERE, { DATA_DIR, MONGODB_URI: 'mongodb://127.0.0.1:1/none' });
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('storage format 99') });
  });
});
