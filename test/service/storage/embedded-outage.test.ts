import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import { StoreUnavailableError } from 'sallyport';
import { StorageFormatError } from '../../../service/storage/embedded/format';
import { endChildren, startChild } from '../../support/child-process';
import { embeddedFolders } from '../../support/embedded-folder';

jest.setTimeout(60_000);

const folders = embeddedFolders();
const options = { limit: 10 };

afterEach(async () => {
  await endChildren();
  await folders.clear();
});

/** A folder as some other program, or another version of this one, left it. */
async function leftBehind(about: Record<string, string> | undefined): Promise<string> {
  const folder = folders.folder();
  const root = open({ path: folder, noSubdir: false, encoding: 'string' });
  const table = root.openDB<string>({ name: about ? 'about' : 'theirs', encoding: 'string' });
  for (const [key, value] of Object.entries(about ?? { key: 'value' })) await table.put(key, value);
  await root.close();
  return folder;
}

it('makes the folder, for its own user only', async () => {
  const folder = join(folders.folder(), 'some', 'data');
  const { modules } = await folders.open(folder);
  await modules.save('owner', 'm', '{}', options);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

it('fails calls while the folder cannot be made, and works once it can, without a restart', async () => {
  const parent = join(folders.folder(), 'data');
  writeFileSync(parent, 'in the way');
  const storage = await folders.open(join(parent, 'store'));
  await expect(storage.check()).rejects.toThrow(StoreUnavailableError);
  await expect(storage.users.getOrCreate({ issuer: 'i', subject: 's' })).rejects.toThrow(
    StoreUnavailableError,
  );
  await expect(storage.modules.get('owner', 'm')).rejects.toMatchObject({ cause: { code: 'ENOTDIR' } });
  rmSync(parent);
  await expect(storage.check()).resolves.toBeUndefined();
  await expect(storage.modules.save('owner', 'm', '{}', options)).resolves.toHaveProperty(
    'outcome',
    'created',
  );
});

it('fails calls while the file cannot be opened, and works once it can', async () => {
  const folder = folders.folder();
  mkdirSync(join(folder, 'data.mdb'));
  const storage = await folders.open(folder);
  await expect(storage.check()).rejects.toThrow(StoreUnavailableError);
  rmSync(join(folder, 'data.mdb'), { recursive: true });
  await expect(storage.check()).resolves.toBeUndefined();
});

it('names the lock file that it cannot use, where LMDB itself would end the process', async () => {
  const folder = folders.folder();
  const lock = join(folder, 'lock.mdb');
  mkdirSync(lock);
  const storage = await folders.open(folder);
  await expect(storage.check()).rejects.toMatchObject({
    code: 'store_unavailable',
    cause: { message: expect.stringContaining(lock) },
  });
  rmSync(lock, { recursive: true });
  await expect(storage.check()).resolves.toBeUndefined();
});

it('stays up in a read-only folder, says so, and works once it may write', async () => {
  const folder = folders.folder();
  chmodSync(folder, 0o555);
  const child = startChild('read-only-folder.ts', [folder]);
  await child.reached(4);
  expect(new Set(child.lines)).toEqual(new Set(['check: store_unavailable', 'save: store_unavailable']));
  expect(existsSync(join(folder, 'data.mdb'))).toBe(false);
  chmodSync(folder, 0o777);
  while (!child.lines.includes('save: created')) await child.reached(child.lines.length + 1);
  expect(child.lines).toContain('check: well');
});

it('stays up on a full disk: saves fail, reads go on, and room is all it needs', async () => {
  const limited = ['sh', '-c', 'ulimit -f 2000; exec "$0" "$@"'];
  const child = startChild('full-disk.ts', [folders.folder()], { wrapper: limited });
  await expect(child.ended).resolves.toBe(0);
  expect(child.lines).toEqual([
    'fill: store_unavailable',
    'fill together: store_unavailable',
    'list: all there',
    'find: same user',
    'make room: deleted all',
    'save a little: created',
    'save much: created',
    'check: well',
  ]);
});

it('opens a folder of its own format', async () => {
  const folder = await leftBehind({ format: '1' });
  await expect((await folders.open(folder)).check()).resolves.toBeUndefined();
});

it('refuses a folder of a newer format by its name, and leaves it as it is', async () => {
  const folder = await leftBehind({ format: '2' });
  const message = `DATA_DIR ${folder} is in storage format 2; this version of sallyport reads format 1.`;
  for (const attempt of [1, 2]) {
    await expect(folders.open(folder)).rejects.toThrow(new StorageFormatError(message));
    expect(attempt).toBeLessThan(3);
  }
  const root = open({ path: folder, noSubdir: false, encoding: 'string' });
  expect([...root.getKeys()]).toEqual(['about']);
  await root.close();
});

it('refuses a folder that holds another program\u2019s database', async () => {
  const folder = await leftBehind(undefined);
  await expect(folders.open(folder)).rejects.toThrow(
    `DATA_DIR ${folder} holds an LMDB database that is not sallyport's`,
  );
});

it.each([
  ['no database', () => Buffer.from('no database'.repeat(1000))],
  ['too short for one', () => Buffer.alloc(100)],
  ['nothing but zeros', () => Buffer.alloc(16_384)],
])('refuses a file that is %s, where LMDB itself would end the process', async (_, content) => {
  const folder = folders.folder();
  writeFileSync(join(folder, 'data.mdb'), content());
  await expect(folders.open(folder)).rejects.toThrow(StorageFormatError);
});

it('refuses a file of another version of LMDB', async () => {
  const from = await leftBehind({ format: '1' });
  const content = readFileSync(join(from, 'data.mdb'));
  for (const page of [0, 4096]) content.writeUInt32LE(3, page + 28);
  const folder = folders.folder();
  writeFileSync(join(folder, 'data.mdb'), content);
  await expect(folders.open(folder)).rejects.toThrow(StorageFormatError);
});

it('lets what is under way finish when it closes, and refuses what comes after', async () => {
  const folder = folders.folder();
  const storage = await folders.open(folder);
  const saves = Array.from({ length: 20 }, (_, n) =>
    storage.modules.save('owner', `m${String(n)}`, '{}', { limit: 50 }),
  );
  await Promise.resolve();
  await storage.close();
  const outcomes = await Promise.allSettled(saves);
  const again = await folders.open(folder);
  for (const [n, { status }] of outcomes.entries()) {
    const there = (await again.modules.get('owner', `m${String(n)}`)) !== undefined;
    expect(there).toBe(status === 'fulfilled');
  }
  await expect(storage.modules.get('owner', 'm0')).rejects.toThrow(StoreUnavailableError);
  await expect(storage.modules.save('owner', 'm', '{}', options)).rejects.toThrow(StoreUnavailableError);
  await expect(storage.users.find({ issuer: 'i', subject: 's' })).rejects.toThrow(StoreUnavailableError);
  await expect(storage.check()).rejects.toThrow(StoreUnavailableError);
  await expect(storage.close()).resolves.toBeUndefined();
});
