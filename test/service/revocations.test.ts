import { once } from 'node:events';
import { connect } from 'node:net';
import { crc32 } from 'node:zlib';
import { cleanUp } from '../support/clean-up';
import { eventually } from '../support/eventually';
import { startService, type ServiceUnderTest } from '../support/service';
import { stores } from '../support/stores';

afterAll(cleanUp);

describe.each(stores)('revocation over HTTP, kept in $name', (store) => {
  let service: ServiceUnderTest;

  beforeAll(async () => {
    service = await startService({}, store);
  });

  const bearing = (claims: Record<string, unknown>) =>
    service.with({ authorization: `Bearer ${service.issuer.token(claims)}` });
  const works = async (claims: Record<string, unknown>) =>
    (await bearing(claims).get('/api/users/me')).status === 200;
  const administrator = () => bearing({ sub: 'root', scope: 'revocations:write' });

  it('signs out: this token and every other of its session, and no other session', async () => {
    const session = { sub: 'alice', sid: 'sess_1' };
    const { status, text } = await bearing(session).post('/api/sessions/revoke', '');
    expect([status, text]).toEqual([204, '']);
    const refused = await bearing({ ...session, jti: 'another token' }).get('/api/users/me');
    expect(refused.status).toBe(401);
    expect(refused.json).toMatchObject({ code: 'invalid_token' });
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(await works({ sub: 'alice', sid: 'sess_2' })).toBe(true);
    expect(await works({ sub: 'alice' })).toBe(true);
  });

  it('signs out a token without a session alone', async () => {
    const token = service.with({ authorization: `Bearer ${service.issuer.token({ sub: 'bob', n: 1 })}` });
    expect((await token.get('/api/users/me')).status).toBe(200);
    expect((await token.post('/api/sessions/revoke', '')).status).toBe(204);
    expect((await token.get('/api/users/me')).status).toBe(401);
    expect(await works({ sub: 'bob', n: 2 })).toBe(true);
  });

  it.each(['', null])('signs out a token whose sid is %j alone', async (sid) => {
    const claims = { sub: 'bert', sid };
    expect((await bearing({ ...claims, n: 1 }).post('/api/sessions/revoke', '')).status).toBe(204);
    expect(await works({ ...claims, n: 2 })).toBe(true);
  });

  it('refuses what an administrator names, each by itself', async () => {
    const body = { sid: 'sess_3', jti: 'token_3', subject: 'carol', reason: 'a lost laptop' };
    expect((await administrator().post('/api/admin/revocations', body)).status).toBe(204);
    expect(await works({ sub: 'dave', sid: 'sess_3' })).toBe(false);
    expect(await works({ sub: 'dave', jti: 'token_3' })).toBe(false);
    expect(await works({ sub: 'dave', sid: 'sess_4', jti: 'token_4' })).toBe(true);
    expect(await works({ sub: 'carol' })).toBe(false);
    expect(await works({ sub: 'carol', iat: undefined })).toBe(false);
  });

  it("deletes a refused subject's API keys, since they may outlive the revocation", async () => {
    await bearing({ sub: 'frank' }).post('/api/keys', { name: 'n' });
    const user = await service.storage.users.find({ issuer: service.issuer.issuer, subject: 'frank' });
    const keys = () => service.storage.apiKeys.list(user?.id ?? '');
    expect(await keys()).toHaveLength(1);
    await administrator().post('/api/admin/revocations', { subject: 'frank' });
    expect(await keys()).toEqual([]);
  });

  it('says in the log who revoked what and why', async () => {
    await administrator().post('/api/admin/revocations', { sid: 'sess_5', reason: 'left the team' });
    expect(service.log()).toContainEqual(
      expect.objectContaining({
        msg: 'revoked by an administrator',
        by: { issuer: service.issuer.issuer, subject: 'root' },
        sid: 'sess_5',
        reason: 'left the team',
      }),
    );
  });

  const issueKey = async (subject: string) =>
    (await bearing({ sub: subject }).post('/api/keys', { name: 'n' })).json as { id: string; key: string };
  const keyWorks = async (key: string) =>
    (await service.with({ 'x-api-key': key }).get('/api/users/me')).status === 200;
  const stored = async () => JSON.stringify((await service.storage.revocations.read()).revocations);

  it.each<[string, (key: string, id: string) => string]>([
    ['its id', (_key, id) => id],
    ['the whole key', (key) => key],
    ['a whole key whose secret is wrong', (_key, id) => wrongSecret(id)],
  ])('stops a key that is named by %s, keeps its id and logs no more of it', async (_, name) => {
    const { id, key } = await issueKey('grace');
    expect(await keyWorks(key)).toBe(true);
    const named = name(key, id);
    const answer = await administrator().post('/api/admin/revocations', { keyId: named, reason: 'leaked' });
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(await keyWorks(key)).toBe(false);
    expect(await service.storage.apiKeys.find(id)).toBeUndefined();
    expect(service.log()).toContainEqual(
      expect.objectContaining({ msg: 'revoked by an administrator', keyId: id, reason: 'leaked' }),
    );
    const secret = named.slice(-49);
    for (const kept of [service.logText(), await stored()]) {
      expect(kept).not.toContain(key);
      if (named !== id) expect(kept).not.toContain(secret);
    }
  });

  it.each<[string, (key: string) => string]>([
    ['an id that nobody has', () => 'nonexistent'],
    ['a whole key that nobody has', () => UNKNOWN_KEY],
    ['a key that was cut', (key) => key.slice(0, -1)],
    ['an operator', () => '{"$ne":null}'],
  ])('answers 404 to %s, and revokes nothing of what is given beside it', async (_, name) => {
    const { key } = await issueKey('heidi');
    const before = await stored();
    const named = name(key);
    const body = { keyId: named, sid: 'sess_of_heidi', jti: 'jti_of_heidi', subject: 'heidi' };
    const answer = await administrator().post('/api/admin/revocations', body);
    expect(answer.status).toBe(404);
    expect(answer.json).toMatchObject({ code: 'not_found', detail: 'There is no such key.' });
    expect(answer.headers.get('www-authenticate')).toBeNull();
    expect(await works({ sub: 'heidi', sid: 'sess_of_heidi', jti: 'jti_of_heidi' })).toBe(true);
    expect(await keyWorks(key)).toBe(true);
    expect(await stored()).toBe(before);
    expect(service.logText()).not.toContain(named);
  });

  it('answers 404 to a key that its user has deleted', async () => {
    const { id, key } = await issueKey('ivan');
    await bearing({ sub: 'ivan' }).delete(`/api/keys/${id}`);
    for (const keyId of [id, key]) {
      expect((await administrator().post('/api/admin/revocations', { keyId })).status).toBe(404);
    }
  });

  it.each([
    ['/api/keys', { name: 'a key that would outlive the revocation' }],
    ['/api/user_modules/save', { moduleId: 'm', data: {} }],
  ])('refuses POST %s whose sender was revoked before the body was there', async (path, body) => {
    const strict = await startService({ AUTH_CLOCK_TOLERANCE_SECONDS: '0' }, store);
    const token = strict.issuer.token({ sub: 'mallory' });
    const sent = JSON.stringify(body);
    const half = await beginPost(strict.url + path, token, sent);
    const mallory = strict.with({ authorization: `Bearer ${token}` });
    expect((await mallory.get('/api/users/me')).status).toBe(200);
    await strict.storage.revocations.add([
      { by: 'subject', issuer: strict.issuer.issuer, value: 'mallory', until: Date.now() + 60_000 },
    ]);
    await eventually(async () => (await mallory.get('/api/users/me')).status === 401);
    expect(await half.finish()).toMatch(/^HTTP\/1.1 401 /);
  });

  it('needs the scope for it', async () => {
    const answer = await bearing({ sub: 'mallory', scope: 'revocations:read' }).post(
      '/api/admin/revocations',
      {
        subject: 'alice',
      },
    );
    expect(answer.status).toBe(403);
    expect(answer.json).toMatchObject({ code: 'insufficient_scope' });
    expect(answer.headers.get('www-authenticate')).toContain('scope="revocations:write"');
  });

  it.each<[string, unknown, string]>([
    ['nothing', {}, ''],
    ['a reason alone', { reason: 'why not' }, ''],
    ['a member that nobody reads', { user: 'alice' }, '/user'],
    ['a list', [], ''],
    ['a subject that is an object', { subject: { $ne: null } }, '/subject'],
    ['an empty sid', { sid: '' }, '/sid'],
    ['a control character', { jti: 'a\u0000b' }, '/jti'],
    ['a lone surrogate', '{"keyId":"\\ud800"}', '/keyId'],
    ['an issuer that nobody knows', { sid: 's', issuer: 'https://other.example' }, '/issuer'],
  ])('refuses a body of %s', async (_, body, path) => {
    const answer = await administrator().post('/api/admin/revocations', body);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: 'invalid_body', errors: [{ path }] });
  });

  it('is ready with its revocations, and still knows them after a restart', async () => {
    await administrator().post('/api/admin/revocations', { sid: 'sess_9' });
    service = await service.restart();
    expect(await works({ sub: 'erin', sid: 'sess_9' })).toBe(false);
    expect(await works({ sub: 'erin', sid: 'sess_8' })).toBe(true);
    const { status, json } = await service.with({}).get('/health/ready');
    expect([status, json]).toMatchObject([200, { missing: [] }]);
  });
});

describe('revocation within issuers', () => {
  it('lets the primary reach the others, and nobody else beyond their own', async () => {
    const [first, second] = [await startService(), await startService()];
    const issuers = [first, second].map(({ issuer }) => ({ issuer: issuer.issuer, audience: 'analyzer' }));
    const service = await startService({ AUTH_ISSUERS: JSON.stringify(issuers) });
    const bearing = ({ issuer }: ServiceUnderTest, claims: Record<string, unknown>) =>
      service.with({ authorization: `Bearer ${issuer.token({ scope: 'revocations:write', ...claims })}` });
    const statusOf = async (of: ServiceUnderTest, sid: string) =>
      (await bearing(of, { sid }).get('/api/users/me')).status;
    const revoke = async (by: ServiceUnderTest, sid: string, issuer?: ServiceUnderTest) =>
      bearing(by, {}).post('/api/admin/revocations', {
        sid,
        ...(issuer && { issuer: issuer.issuer.issuer }),
      });

    const made = await bearing(first, {}).post('/api/keys', { name: 'n' });
    const keyId = String(made.json.id);
    for (const named of [keyId, String(made.json.key)]) {
      const foreign = await bearing(second, {}).post('/api/admin/revocations', { keyId: named, sid: 'z' });
      expect([foreign.status, foreign.json]).toMatchObject([404, { code: 'not_found' }]);
    }
    expect(await statusOf(second, 'z')).toBe(200);
    const key = service.with({ 'x-api-key': String(made.json.key) });
    expect((await key.get('/api/users/me')).status).toBe(200);
    expect((await revoke(second, 'a')).status).toBe(204);
    expect([await statusOf(first, 'a'), await statusOf(second, 'a')]).toEqual([200, 401]);
    const refused = await revoke(second, 'b', first);
    expect([refused.status, refused.json]).toMatchObject([403, { code: 'not_owner' }]);
    expect(await statusOf(first, 'b')).toBe(200);
    expect((await revoke(first, 'c', second)).status).toBe(204);
    expect([await statusOf(first, 'c'), await statusOf(second, 'c')]).toEqual([200, 401]);
  });
});

/** Of the right shape and checksum. */
const UNKNOWN_KEY = 'sp_A1b2C3d4E5f6G7h8I_Zz09Zz09Zz09Zz09Zz09Zz09Zz09Zz09Zz09Zz09abc36VzSH';

/** A whole key of this id, by shape and checksum, that was never issued. */
function wrongSecret(id: string): string {
  const body = `sp_${id}_${'w'.repeat(43)}`;
  let checksum = '';
  for (let rest = crc32(body); rest > 0; rest = Math.floor(rest / 62)) {
    checksum = BASE62.charAt(rest % 62) + checksum;
  }
  return body + checksum.padStart(6, '0');
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A request whose body waits. Its 100 Continue comes with its head's dispatch, ahead of whatever is sent later. */
async function beginPost(url: string, token: string, body: string) {
  const { hostname, port, pathname } = new URL(url);
  const head = [
    `POST ${pathname} HTTP/1.1`,
    'Host: localhost',
    'Connection: close',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Expect: 100-continue',
    '\r\n',
  ].join('\r\n');
  const socket = connect(Number(port), hostname, () => void socket.write(head));
  await once(socket, 'data');
  return {
    async finish() {
      socket.write(body);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      return answer.toString();
    },
  };
}
