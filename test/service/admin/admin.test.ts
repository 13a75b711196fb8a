import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { runAdmin } from '../../../service/admin/run';
import { builtService } from '../../support/built-service';
import { cleanUp, later, temporaryFolder } from '../../support/clean-up';
import { databaseUri, dropDatabase } from '../../support/database-uri';
import { eventually } from '../../support/eventually';
import { AUDIENCE, startService, type ServiceUnderTest } from '../../support/service';
import { stores } from '../../support/stores';

jest.setTimeout(120_000);
let main: string;
beforeAll(() => {
  main = join(builtService(), '../admin/main.js');
}, 120_000);
afterAll(cleanUp);

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command in a process of its own, as an operator runs it beside the service. */
function adminWith(env: Record<string, string>) {
  return (command: string, input = ''): Promise<Ran> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [main, ...command.split(' ')], { cwd: temporaryFolder(), env });
      let out = '';
      let err = '';
      child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => void (err += chunk.toString()));
      child.once('close', (code) => resolve({ code, out, err }));
      child.stdin.on('error', () => undefined).end(input);
    });
}

async function issueKey(service: ServiceUnderTest, subject: string): Promise<{ id: string; key: string }> {
  const answer = await service.as(subject).post('/api/keys', { name: 'ci' });
  expect(answer.status).toBe(201);
  return answer.json as { id: string; key: string };
}

describe.each(stores)('npm run admin beside a service on $name', ({ name, deadlineMs }) => {
  let service: ServiceUnderTest;
  let admin: ReturnType<typeof adminWith>;
  beforeAll(async () => {
    const uri = databaseUri();
    if (name === 'MongoDB') later(() => dropDatabase(uri));
    const env: Record<string, string> =
      name === 'MongoDB' ? { MONGODB_URI: uri } : { DATA_DIR: temporaryFolder() };
    service = await startService(env, {
      name,
      env: () => ({}),
      ...(deadlineMs !== undefined && { deadlineMs }),
    });
    admin = adminWith({ ...env, AUTH_ISSUER: service.issuer.issuer, AUTH_AUDIENCE: AUDIENCE });
  });

  it('lists keys of a user, and says whose a whole key is, without the secret', async () => {
    const { id, key } = await issueKey(service, 'lister');
    const listed = await admin('keys list --subject lister --json');
    expect(listed).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(listed.out)).toMatchObject({
      ok: true,
      items: [{ id, name: 'ci', subject: 'lister' }],
    });
    const found = await admin('keys list --key -', `${key}\n`);
    expect(found.code).toBe(0);
    expect(found.out).toContain('lister');
    expect(found.out).not.toContain(key);
  });

  it('rotates a key: both are good, and the new one is printed once', async () => {
    const { id, key } = await issueKey(service, 'rotator');
    const status = async (sent: string) =>
      (await service.with({ 'x-api-key': sent }).get('/api/users/me')).status;
    const ran = await admin('keys rotate --key - --overlap-hours 48 --json', `${key}\n`);
    expect(ran).toMatchObject({ code: 0 });
    const {
      key: next,
      made,
      replaces,
    } = JSON.parse(ran.out) as {
      key: string;
      made: { id: string };
      replaces: { id: string; expiresAt: string };
    };
    expect(replaces.id).toBe(id);
    expect(Date.parse(replaces.expiresAt) - Date.now()).toBeGreaterThan(47 * 3_600_000);
    expect([await status(key), await status(next)]).toEqual([200, 200]);
    expect(ran.out).not.toContain(key);
    expect((await admin(`keys rotate --key ${made.id}`)).out).toContain('Made, and shown this once:');
    expect(await admin(`keys rotate --key ${id}`)).toMatchObject({ code: 1 });
    expect(await admin(`keys rotate --key ${made.id} --overlap-hours 0`)).toMatchObject({ code: 2 });
  });

  it.each(['keys revoke --key -', 'revoke --key -'])(
    '%s: a running service refuses the key within 2 s',
    async (command) => {
      const { key } = await issueKey(service, 'leaker');
      const withKey = service.with({ 'x-api-key': key });
      expect((await withKey.get('/api/users/me')).status).toBe(200);
      expect(await admin(command, key)).toMatchObject({ code: 0 });
      const revoked = Date.now();
      await eventually(async () => (await withKey.get('/api/users/me')).status === 401);
      expect(Date.now() - revoked).toBeLessThan(2500);
      expect(await admin(command, key)).toMatchObject({
        code: 1,
        err: expect.stringContaining('no such key'),
      });
    },
  );

  it('revokes a token that is given on standard input, and its session', async () => {
    const token = service.issuer.token({ sub: 'robbed', sid: 'session-1' });
    const fresh = service.issuer.token({ sub: 'robbed', sid: 'session-1' });
    const status = async (bearer: string) =>
      (await service.with({ authorization: `Bearer ${bearer}` }).get('/api/users/me')).status;
    expect(await status(token)).toBe(200);
    const ran = await admin('revoke --token --json', `Bearer ${token}\n`);
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toMatchObject({
      revoked: [{ by: 'token' }, { by: 'sid', value: 'session-1' }],
    });
    expect(ran.out + ran.err).not.toContain(token);
    await eventually(async () => (await status(token)) === 401);
    await eventually(async () => (await status(fresh)) === 401);
  });

  it('puts a user out, and shows and erases one', async () => {
    await service.as('leaver').save('m', {});
    const shown = await admin('users show --subject leaver --json');
    expect(JSON.parse(shown.out)).toMatchObject({ ok: true, subject: 'leaver', keys: 0 });
    const token = service.issuer.token({ sub: 'leaver' });
    expect(await admin('revoke --subject leaver')).toMatchObject({ code: 0 });
    const old = service.with({ authorization: `Bearer ${token}` });
    await eventually(async () => (await old.get('/api/users/me')).status === 401);
    expect(
      await service.storage.users.find({ issuer: service.issuer.issuer, subject: 'leaver' }),
    ).toBeDefined();
    expect(await admin('users erase --subject leaver --no-wait')).toMatchObject({ code: 0 });
    expect(
      await service.storage.users.find({ issuer: service.issuer.issuer, subject: 'leaver' }),
    ).toBeUndefined();
    expect(await admin('users show --subject leaver')).toMatchObject({ code: 1, out: '' });
  });

  it('doctor finds nothing wrong, and then that the issuer is down', async () => {
    const well = await admin('doctor');
    expect(well.out).toContain('Nothing wrong was found.');
    expect(well.out).toMatch(/passed +store +.*read and written/);
    expect(well.code).toBe(0);
    await service.issuer.fail();
    const ill = await admin('doctor --json');
    await service.issuer.recover();
    expect(ill.code).toBe(1);
    const broken = (JSON.parse(ill.out).checks as { check: string; outcome: string }[]).filter(
      ({ outcome }) => outcome === 'broken',
    );
    expect(broken.map(({ check }) => check)).toEqual([expect.stringMatching(/^issuer http/)]);
  });
});

/** The same in this process, where nothing is to be seen of another one. */
function adminHere(env: Record<string, string>) {
  return async (command: string, input = ''): Promise<Ran> => {
    let out = '';
    let err = '';
    const code = await runAdmin(command.split(' '), env, {
      stdin: Readable.from([input]),
      print: (text) => void (out += text),
      note: (line) => void (err += `${line}\n`),
    });
    return { code, out, err };
  };
}

describe('npm run admin', () => {
  const auth = { AUTH_ISSUER: 'http://127.0.0.1:1', AUTH_AUDIENCE: 'a' };
  let admin: ReturnType<typeof adminHere>;
  beforeEach(() => {
    admin = adminHere({ ...auth, DATA_DIR: temporaryFolder() });
  });
  const KEY = `sp_${'a'.repeat(17)}_${'b'.repeat(43)}`;

  it.each([
    ['revoke', 'Say what to revoke'],
    ['revoke --sid', '--sid needs a value'],
    ['revoke --sid a --sid b', '--sid is given twice'],
    ['revoke --nonsense x', '--nonsense is unknown. This command takes --subject'],
    ['revoke --sid s --issuer https://stranger.example', '--issuer is none of the issuers'],
    ['revoke --token', 'Standard input is empty'],
    ['revoke --token --key -', 'holds one secret'],
    ['revoke word', 'Unexpected argument: options start with --'],
    ['users show', 'Name the user'],
    ['keys', 'There is no such command'],
    [`revoke --key ${KEY}`, 'That is a secret'],
    [`keys revoke ${KEY}`, 'That is a secret'],
  ])('ends with 2 and a hint for: %s', async (command, hint) => {
    const { code, out, err } = await admin(command);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(hint);
    expect(err).toContain('npm run admin -- --help');
    expect(err).not.toContain(KEY);
  });

  it('refuses a token of a stranger, and what is none', async () => {
    const stranger = `${Buffer.from('{}').toString('base64url')}.${Buffer.from('{"iss":"x"}').toString('base64url')}.s`;
    expect((await admin('revoke --token', stranger)).err).toContain('not configured here');
    expect((await admin('revoke --token', 'nonsense')).err).toContain('no signed token');
  });

  it('names every variable that is wrong, and ends with 1', async () => {
    const ran = await adminHere({ PORT: 'x' })('doctor');
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('AUTH_ISSUER is missing');
    expect((await adminHere({ PORT: 'x' })('users show --subject a')).err).toContain('PORT is wrong');
  });

  it('says why a store cannot be reached, and ends with 1', async () => {
    const away = {
      AUTH_ISSUER: 'http://127.0.0.1:1',
      AUTH_AUDIENCE: 'a',
      MONGODB_URI: 'mongodb://127.0.0.1:1/x',
    };
    const ran = await adminWith(away)('users show --subject a --json');
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.out)).toEqual({ ok: false, error: '127.0.0.1:1 refuses connections.' });
  });
});
