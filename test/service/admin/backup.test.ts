import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { runAdmin } from '../../../service/admin/run';
import type { Answer } from '../../support/caller';
import { builtService } from '../../support/built-service';
import { cleanUp, later, temporaryFolder } from '../../support/clean-up';
import { databaseUri, dropDatabase, hasMongo } from '../../support/database-uri';
import { eventually } from '../../support/eventually';
import { startService, type ServiceUnderTest } from '../../support/service';
import { stores } from '../../support/stores';

jest.setTimeout(180_000);
let main: string;
beforeAll(() => {
  main = join(builtService(), '../admin/main.js');
}, 120_000);
afterAll(cleanUp);

const AUTH = { AUTH_ISSUER: 'https://issuer.example', AUTH_AUDIENCE: 'a' };

type Env = Record<string, string>;

/** In this process, where no service runs on the store. */
async function admin(env: Env, args: readonly string[]): Promise<{ code: number | null; says: string }> {
  let says = '';
  const code = await runAdmin(
    args,
    { ...AUTH, ...env },
    {
      stdin: Readable.from([]),
      print: (text) => void (says += text),
      note: (line) => void (says += `${line}\n`),
    },
  );
  return { code, says };
}

/** In a process of its own. `limit`: of the size of files, in blocks of 512 bytes, as on a disk that is full. */
function adminProcess(
  env: Env,
  args: readonly string[],
  limit?: number,
): Promise<{ code: number | null; says: string }> {
  const wrapped = ['sh', '-c', `ulimit -f ${String(limit)}; exec "$0" "$@"`, process.execPath];
  const [command = '', ...rest] = limit === undefined ? [process.execPath] : wrapped;
  return new Promise((resolve) => {
    const child = spawn(command, [...rest, main, ...args], {
      cwd: temporaryFolder(),
      env: { ...AUTH, ...env },
    });
    let says = '';
    child.stdout.on('data', (chunk: Buffer) => void (says += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => void (says += chunk.toString()));
    child.once('close', (code) => resolve({ code, says }));
  });
}

/** An empty place of the kind of `name`. */
function emptyPlace(name: string): Env {
  if (name !== 'MongoDB') return { DATA_DIR: join(temporaryFolder(), 'data') };
  const uri = databaseUri();
  later(() => dropDatabase(uri));
  return { MONGODB_URI: uri };
}

interface Filled {
  readonly key: string;
  readonly revokedToken: string;
  readonly outToken: string;
  readonly erasedToken: string;
}

async function fill(service: ServiceUnderTest): Promise<Filled> {
  const token = (sub: string, sid: string) => service.issuer.token({ sub, sid });
  const bearer = (text: string) => service.with({ authorization: `Bearer ${text}` });
  const ada = service.as('ada');
  await ada.save('notes', { 'a.b': { $gt: 1 }, line: '\u2028 \ud800 \u{1f511}' });
  await ada.save('notes', { again: true, line: '\u2028 \ud800 \u{1f511}' });
  for (let n = 0; n < 30; n += 1) await ada.save(`m${String(n)}`, { n, padding: 'x'.repeat(20_000) });
  const { key } = (await ada.post('/api/keys', { name: 'ci' })).json as { key: string };
  const [revokedToken, outToken, erasedToken] = [
    token('bob', 's1'),
    token('carol', 's2'),
    token('dan', 's3'),
  ];
  for (const text of [revokedToken, outToken, erasedToken]) {
    expect((await bearer(text).get('/api/users/me')).status).toBe(200);
  }
  await bearer(erasedToken).save('gone', {});
  await bearer(revokedToken).post('/api/sessions/revoke', {});
  await service.storage.revocations.add([
    { by: 'subject', issuer: service.issuer.issuer, value: 'carol', until: Date.now() + 3_600_000 },
  ]);
  await bearer(erasedToken).delete('/api/users/me');
  await eventually(async () => (await bearer(outToken).get('/api/users/me')).status === 401);
  return { key, revokedToken, outToken, erasedToken };
}

/** What its callers see of it, but for what every request changes. */
async function answersOf(service: ServiceUnderTest, filled: Filled): Promise<unknown> {
  const seen = ({ status, headers, json }: Answer) => {
    const { requestId, ...body } = (json ?? {}) as Record<string, unknown>;
    return { status, etag: headers.get('etag'), body, isNumbered: requestId !== undefined };
  };
  const ada = service.as('ada');
  const withKey = service.with({ 'x-api-key': filled.key });
  const tokens = [filled.revokedToken, filled.outToken, filled.erasedToken];
  const { items } = (await ada.get('/api/keys')).json as { items: Record<string, unknown>[] };
  return {
    me: seen(await ada.get('/api/users/me')),
    one: seen(await ada.get('/api/user_modules/user/ada/notes')),
    all: seen(await ada.get('/api/user_modules/user/ada?limit=100')),
    keys: items.map((item) => ({ ...item, lastUsedAt: 0 })),
    withKey: seen(await withKey.get('/api/user_modules/user/ada/notes')),
    refused: await Promise.all(
      tokens.map(async (text) =>
        seen(await service.with({ authorization: `Bearer ${text}` }).get('/api/users/me')),
      ),
    ),
  };
}

describe.each(stores)('a backup of $name, made beside a running service', (store) => {
  let service: ServiceUnderTest;
  let filled: Filled;
  let expected: unknown;
  const file = () => join(folder, 'sallyport.backup');
  let folder: string;

  beforeAll(async () => {
    folder = temporaryFolder();
    const place = emptyPlace(store.name);
    service = await startService(place, store);
    filled = await fill(service);
    expected = await answersOf(service, filled);
    // Somebody else's requests while it is made.
    const busy = new AbortController();
    const saving = (async () => {
      for (let n = 0; !busy.signal.aborted; n += 1) {
        expect((await service.as('erin').save(`b${String(n % 40)}`, { n })).status).toBeLessThan(202);
      }
    })();
    const made = await adminProcess(place, ['backup', '--to', file()]);
    busy.abort();
    await saving;
    expect(made).toEqual({ code: 0, says: expect.stringContaining('Backed up:') });
    await service.stop();
    // All is lost.
    if (place['DATA_DIR']) rmSync(place['DATA_DIR'], { recursive: true });
    else await dropDatabase(place['MONGODB_URI'] ?? '');
  });

  it('is for its owner only, and holds no key', () => {
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['sallyport.backup']);
    const text = gunzipSync(readFileSync(file())).toString();
    expect(text).toContain('"hash"');
    expect(text).not.toContain(filled.key.split('_')[2]);
  });

  it.each(stores)(
    'is restored into an empty place of $name, where everything is answered as before',
    async (other) => {
      const place = emptyPlace(other.name);
      const restored = await admin(place, ['restore', '--from', file()]);
      expect(restored).toEqual({
        code: 0,
        says: expect.stringContaining('Restored, and compared with the backup:'),
      });
      if (place['DATA_DIR']) {
        expect(readdirSync(place['DATA_DIR'])).toEqual(['data.mdb']);
        expect(statSync(join(place['DATA_DIR'], 'data.mdb')).mode & 0o777).toBe(0o600);
      }
      const there = await service.restart({ DATA_DIR: '', MONGODB_URI: '', ...place });
      expect(await answersOf(there, filled)).toEqual(expected);
      // And it goes on: a later version, by the ETag from before the loss.
      const { etag } = (expected as { one: { etag: string } }).one;
      expect((await there.as('ada').save('notes', { later: 1 }, { 'if-match': etag })).status).toBe(200);
      await there.stop();
      const again = await admin(place, ['restore', '--from', file()]);
      expect(again.code).toBe(1);
      expect(again.says).toMatch(/has a store already, which is left|is not empty, and is left/);
      const after = await there.restart();
      expect((await after.as('ada').get('/api/user_modules/user/ada/notes')).json.data).toEqual({ later: 1 });
      await after.stop();
    },
  );

  it('is read as a whole without a place to restore into', async () => {
    const checked = await admin({ MONGODB_URI: 'mongodb://127.0.0.1:1/x' }, [
      ...['restore', '--from', file(), '--check', '--json'],
    ]);
    expect(checked.code).toBe(0);
    expect(JSON.parse(checked.says)).toMatchObject({ ok: true, apiKeys: 1, modules: expect.any(Number) });
  });
});

/** A backup of the embedded store with one module of half a megabyte that does not compress. */
async function smallBackup(): Promise<{ file: string; folder: string; place: Env }> {
  const place = emptyPlace('embedded');
  const folder = temporaryFolder();
  const file = join(folder, 'b');
  const service = await startService(place);
  for (const name of ['a', 'b']) await service.as('ada').save(name, { text: noise(200_000) });
  await service.as('ada').post('/api/keys', { name: 'ci' });
  expect(await admin(place, ['backup', '--to', file])).toMatchObject({ code: 0 });
  await service.stop();
  return { file, folder, place };
}

function noise(length: number): string {
  let text = '';
  for (let n = 0; text.length < length; n += 1) {
    text += createHash('sha512').update(String(n)).digest('base64');
  }
  return text.slice(0, length);
}

const linesOf = (file: string) => gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');

/** Lines with a last one that fits them. */
function resealed(lines: readonly string[]): Buffer {
  const rest = lines.slice(0, -1);
  const foot = JSON.parse(lines.at(-1) ?? '') as { end: Record<string, number> };
  const end = Object.fromEntries(
    Object.keys(foot.end).map((kind) => [kind, rest.filter((line) => line.startsWith(`["${kind}"`)).length]),
  );
  const sha256 = createHash('sha256')
    .update(`${rest.join('\n')}\n`)
    .digest('hex');
  return gzipSync([...rest, JSON.stringify({ end, sha256 }), ''].join('\n'));
}

let backup: Awaited<ReturnType<typeof smallBackup>>;

describe('a restoring that cannot be', () => {
  beforeAll(async () => {
    backup = await smallBackup();
  });

  const flipped = (at: (length: number) => number) => (whole: Buffer) => {
    const copy = Buffer.from(whole);
    const place = at(copy.length);
    copy[place] = (copy[place] ?? 0) ^ 0x10;
    return copy;
  };
  const changed = (change: (lines: string[]) => string[]) => () =>
    gzipSync(`${change(linesOf(backup.file)).join('\n')}\n`);

  it.each<[string, RegExp, (whole: Buffer) => Buffer | undefined]>([
    ['is not there', /it is not there/, () => undefined],
    ['is empty', /damaged: it was cut off|damaged: it ends after line 0/, () => Buffer.alloc(0)],
    ['is no gzip file', /damaged: it is no gzip file/, () => Buffer.from('{"sallyport":"backup"}\n')],
    ['is something else', /is no backup of sallyport/, () => gzipSync('{"name":"x"}\n')],
    ['was cut off', /damaged: it was cut off/, (whole) => whole.subarray(0, whole.length / 2)],
    ['has another bit in the middle', /damaged/, flipped((length) => length >> 1)],
    ['has another bit near its end', /damaged/, flipped((length) => length - 6)],
    [
      'lacks its last line',
      /damaged: it ends after line \d+, before its end/,
      changed((lines) => lines.slice(0, -1)),
    ],
    ['lacks an entry', /checksum is not that/, changed((lines) => lines.toSpliced(1, 1))],
    [
      'has an entry that was changed',
      /checksum is not that/,
      changed((lines) => lines.map((line) => line.replace('"ci"', '"cy"'))),
    ],
    ['goes on behind its end', /something stands behind/, changed((lines) => [...lines, lines[1]!])],
    [
      'has a line that is no entry',
      /line 2 is none of its own/,
      changed((lines) => lines.toSpliced(1, 0, '["cookies",{}]')),
    ],
    [
      'has a key of no shape',
      /line 2 is none of its own/,
      changed((lines) => lines.toSpliced(1, 0, '["apiKeys",{}]')),
    ],
    [
      'is of a later version',
      /is in backup format 9; this version of sallyport reads format 1/,
      changed((lines) => lines.toSpliced(0, 1, lines[0]!.replace('"format":1', '"format":9'))),
    ],
  ])('refuses a backup that %s, and makes nothing', async (_what, why, damage) => {
    const file = join(temporaryFolder(), 'damaged');
    const bytes = damage(readFileSync(backup.file));
    if (bytes) writeFileSync(file, bytes);
    const place = emptyPlace('embedded');
    const { code, says } = await admin(place, ['restore', '--from', file]);
    expect({ code, says }).toEqual({ code: 1, says: expect.stringMatching(why) });
    expect(existsSync(place['DATA_DIR'] ?? '')).toBe(false);
  });

  it('leaves an empty folder empty when the disk is full, and is done once there is room', async () => {
    const place = emptyPlace('embedded');
    const full = await adminProcess(place, ['restore', '--from', backup.file], 500);
    expect(full).toEqual({
      code: 1,
      says: expect.stringMatching(/can't be filled: .*Nothing is left there/),
    });
    expect(readdirSync(place['DATA_DIR'] ?? '')).toEqual([]);
    expect(await admin(place, ['restore', '--from', backup.file])).toMatchObject({ code: 0 });
  });

  it.each<[string, (key: Record<string, unknown>) => object]>([
    ['its id', (key) => ({ by: 'key', value: key['id'] })],
    [
      'its subject, within the tolerance of clocks',
      (key) => ({
        by: 'subject',
        value: key['subject'],
        at: Number(key['grantedAt'] ?? key['createdAt']) - 4000,
      }),
    ],
  ])('drops a key that was revoked by %s while the backup was made', async (_by, revocationOf) => {
    const lines = linesOf(backup.file);
    const [, key] = JSON.parse(lines.find((line) => line.startsWith('["apiKeys"'))!) as [
      string,
      Record<string, unknown>,
    ];
    const until = Date.now() + 60_000;
    const revocation = ['revocations', { issuer: key['issuer'], until, ...revocationOf(key) }];
    const file = join(temporaryFolder(), 'b');
    writeFileSync(file, resealed(lines.toSpliced(-1, 0, JSON.stringify(revocation))));
    const place = emptyPlace('embedded');
    expect(await admin(place, ['restore', '--from', file])).toMatchObject({ code: 0 });
    const listed = await admin({ ...place, AUTH_ISSUER: String(key['issuer']) }, [
      'keys',
      'list',
      '--subject',
      'ada',
    ]);
    expect(listed.says).toContain('0 keys.');
  });

  (hasMongo ? it : it.skip)('goes on with --continue, and overwrites nothing', async () => {
    const place = emptyPlace('MongoDB');
    const restore = ['restore', '--from', backup.file];
    const lines = linesOf(backup.file);
    const part = join(temporaryFolder(), 'part');
    writeFileSync(part, resealed(lines.toSpliced(1, 1)));
    expect(await admin(place, ['restore', '--from', part])).toMatchObject({ code: 0 });
    expect(await admin(place, restore)).toMatchObject({
      code: 1,
      says: expect.stringContaining('is not empty'),
    });
    expect(await admin(place, [...restore, '--continue'])).toMatchObject({ code: 0 });
    writeFileSync(part, resealed(lines.map((line) => line.replace('"name":"ci"', '"name":"cy"'))));
    const other = await admin(place, ['restore', '--from', part, '--continue']);
    expect(other).toEqual({
      code: 1,
      says: expect.stringContaining('something else in place of 1 of the entries'),
    });
  });
});

describe('a backup that cannot be', () => {
  it('says that its file is there, that its folder is not, and what no file is for', async () => {
    const { place, file, folder } = backup;
    const before = readFileSync(file);
    const to = (path: string) => admin(place, ['backup', '--to', path]);
    expect(await to(file)).toMatchObject({ code: 1, says: expect.stringContaining('is there already') });
    expect(readFileSync(file).equals(before)).toBe(true);
    const nowhere = await to(join(folder, 'nowhere', 'b'));
    expect(nowhere).toMatchObject({ code: 1, says: expect.stringContaining('its folder is not there') });
    expect((await admin(place, ['backup'])).code).toBe(2);
    expect((await admin(place, ['restore'])).code).toBe(2);
  });

  it('leaves nothing of itself when the disk is full', async () => {
    const { place, folder } = backup;
    const full = await adminProcess(place, ['backup', '--to', join(folder, 'second')], 200);
    expect(full).toEqual({
      code: 1,
      says: expect.stringMatching(/can't be written to .*Nothing is left of it/),
    });
    expect(readdirSync(folder)).toEqual(['b']);
  });

  it('says that there is no store, and makes none', async () => {
    const DATA_DIR = join(temporaryFolder(), 'misspelt');
    const { code, says } = await admin({ DATA_DIR }, ['backup', '--to', join(temporaryFolder(), 'b')]);
    expect({ code, says }).toEqual({ code: 1, says: expect.stringContaining('holds no embedded store') });
    expect(existsSync(DATA_DIR)).toBe(false);
    const away = await admin({ MONGODB_URI: 'mongodb://127.0.0.1:1/x' }, [
      'backup',
      '--to',
      join(temporaryFolder(), 'b'),
    ]);
    expect(away).toEqual({ code: 1, says: '127.0.0.1:1 refuses connections.\n' });
  });
});
