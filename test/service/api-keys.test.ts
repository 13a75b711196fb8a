import { cleanUp } from '../support/clean-up';
import { startService, type ServiceUnderTest } from '../support/service';
import { stores } from '../support/stores';

afterAll(cleanUp);

describe.each(stores)('API keys over HTTP, kept in $name', (store) => {
  let service: ServiceUnderTest;

  beforeAll(async () => {
    service = await startService({}, store);
  });

  const withKey = (key: string) => service.with({ 'x-api-key': key });

  async function issue(subject: string, wish: object = {}): Promise<{ key: string; id: string }> {
    const answer = await service.as(subject).post('/api/keys', { name: 'a key', ...wish });
    expect(answer.status).toBe(201);
    return answer.json as { key: string; id: string };
  }

  it('shows a new key once, and lists it without', async () => {
    const wish = { name: 'backup', scopes: ['modules:read'], expiresAt: '2099-01-01T00:00:00+01:00' };
    const { status, json, headers } = await service.as('alice').post('/api/keys', wish);
    const facts = {
      id: expect.stringMatching(/^[0-9A-Za-z]{17}$/),
      name: 'backup',
      scopes: ['modules:read'],
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      expiresAt: '2098-12-31T23:00:00.000Z',
    };
    expect([status, json]).toEqual([201, { ...facts, key: expect.stringMatching(/^sp_/) }]);
    expect(headers.get('cache-control')).toBe('no-store');
    const list = await service.as('alice').get('/api/keys');
    expect(list.json).toEqual({ items: [{ ...facts, lastUsedAt: null }] });
    expect((await service.as('bob').get('/api/keys')).json).toEqual({ items: [] });
    expect(service.logText()).not.toContain(json.key);
  });

  it('opens what its scopes say, of its own user', async () => {
    const reading = withKey((await issue('carol', { scopes: ['modules:read'] })).key);
    const writing = withKey((await issue('carol', { scopes: ['modules:write'] })).key);
    expect((await reading.get('/api/users/me')).json).toMatchObject({ userId: 'carol' });
    expect((await reading.get('/api/user_modules/user/carol')).status).toBe(200);
    expect((await reading.save('m', {})).status).toBe(403);
    expect((await writing.save('m', {})).status).toBe(201);
    const refused = await reading.delete('/api/user_modules/user/carol/m');
    expect(refused.status).toBe(403);
    expect(refused.json).toMatchObject({ code: 'insufficient_scope' });
    expect((await reading.get('/api/user_modules/user/carol/m')).json).toMatchObject({ version: 1 });
    expect((await writing.delete('/api/user_modules/user/carol/m')).status).toBe(204);
    expect((await writing.get('/api/user_modules/user/carol')).json).toMatchObject({
      code: 'insufficient_scope',
    });
    expect((await reading.get('/api/user_modules/user/alice')).json).toMatchObject({ code: 'not_owner' });
  });

  it.each([
    ['POST', '/api/keys'],
    ['GET', '/api/keys'],
    ['DELETE', '/api/keys/any'],
    ['DELETE', '/api/users/me'],
    ['POST', '/api/sessions/revoke'],
  ])('does not open %s %s, which needs a token', async (method, path) => {
    const { key } = await issue('dave');
    const answer = await withKey(key).request(method, path);
    expect(answer.status).toBe(403);
    expect(answer.json).toMatchObject({ code: 'token_required' });
  });

  it('hands on a scope that the token holds, and no other', async () => {
    const token = service.issuer.token({ sub: 'root', scope: 'revocations:write' });
    const root = service.with({ authorization: `Bearer ${token}` });
    const made = await root.post('/api/keys', { name: 'n', scopes: ['revocations:write'] });
    expect(made.status).toBe(201);
    const used = await withKey(made.json.key).post('/api/admin/revocations', { sid: 'sess_of_nobody' });
    expect(used.status).toBe(204);
    const refused = await service.as('erin').post('/api/keys', { name: 'n', scopes: ['revocations:write'] });
    expect([refused.status, refused.json]).toMatchObject([403, { code: 'insufficient_scope' }]);
  });

  it("lets a key with a scope beyond everybody's expire: in 30 days, or when it is said, within a year", async () => {
    const token = service.issuer.token({ sub: 'ruth', scope: 'revocations:write' });
    const ruth = service.with({ authorization: `Bearer ${token}` });
    const make = (wish: object) =>
      ruth.post('/api/keys', { name: 'n', scopes: ['modules:read', 'revocations:write'], ...wish });
    const { json } = await make({});
    const days = (Date.parse(json.expiresAt) - Date.parse(json.createdAt)) / 86_400_000;
    expect(days).toBe(30);
    const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
    const said = inDays(365);
    expect((await make({ expiresAt: said })).json.expiresAt).toBe(said);
    for (const expiresAt of [null, inDays(367), '9999-12-31T23:59:59Z']) {
      const refused = await make({ expiresAt });
      expect([refused.status, refused.json]).toMatchObject([
        400,
        {
          code: 'invalid_body',
          errors: [{ path: '/expiresAt', message: expect.stringContaining('expire') }],
        },
      ]);
    }
    expect((await ruth.get('/api/keys')).json.items).toHaveLength(2);
    for (const wish of [{}, { expiresAt: null }]) {
      const plain = await ruth.post('/api/keys', { name: 'n', ...wish });
      expect([plain.status, plain.json.expiresAt]).toEqual([201, null]);
    }
  });

  it.each<[string, unknown, string]>([
    ['no name', {}, '/name'],
    ['a blank name', { name: ' ' }, '/name'],
    ['a name of 101 characters', { name: 'x'.repeat(101) }, '/name'],
    ['no scopes at all', { name: 'n', scopes: [] }, '/scopes'],
    ['scopes in a string', { name: 'n', scopes: 'modules:read' }, '/scopes'],
    ['a scope with a space', { name: 'n', scopes: ['modules:read modules:write'] }, '/scopes/0'],
    ['an expiry that has passed', { name: 'n', expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    ['an expiry without an offset', { name: 'n', expiresAt: '2099-01-01T00:00:00' }, '/expiresAt'],
    ['an expiry in seconds', { name: 'n', expiresAt: 4_000_000_000 }, '/expiresAt'],
    ['a member that nobody reads', { name: 'n', userId: 'alice' }, '/userId'],
  ])('refuses a body of %s', async (_, body, path) => {
    const answer = await service.as('frank').post('/api/keys', body);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: 'invalid_body', errors: [{ path }] });
    expect((await service.as('frank').get('/api/keys')).json).toEqual({ items: [] });
  });

  it('stops a deleted key at the next request', async () => {
    const { key, id } = await issue('grace');
    expect((await withKey(key).get('/api/users/me')).status).toBe(200);
    expect((await service.as('alice').delete(`/api/keys/${id}`)).status).toBe(404);
    expect((await withKey(key).get('/api/users/me')).status).toBe(200);
    expect((await service.as('grace').delete(`/api/keys/${id}`)).status).toBe(204);
    expect((await withKey(key).get('/api/users/me')).status).toBe(401);
    expect((await service.as('grace').delete(`/api/keys/${id}`)).status).toBe(404);
  });

  it('stops a key that an administrator revokes, and deletes it', async () => {
    const { key, id } = await issue('heidi');
    const token = service.issuer.token({ sub: 'root', scope: 'revocations:write' });
    const root = service.with({ authorization: `Bearer ${token}` });
    expect((await root.post('/api/admin/revocations', { keyId: id })).status).toBe(204);
    expect((await withKey(key).get('/api/users/me')).status).toBe(401);
    expect((await service.as('heidi').get('/api/keys')).json).toEqual({ items: [] });
  });

  it('lets a user have 50, also when they are asked for at once', async () => {
    const ivan = service.as('ivan');
    const answers = await Promise.all(
      Array.from({ length: 55 }, () => ivan.post('/api/keys', { name: 'n' })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(5);
    expect(refused[0]?.json).toMatchObject({ code: 'limit_reached' });
  });

  it.each<[string, (key: string) => Record<string, string>, number, string]>([
    ['cut short', (key) => ({ 'x-api-key': key.slice(0, -1) }), 401, 'invalid_token'],
    ['in capitals', (key) => ({ 'x-api-key': key.toUpperCase() }), 401, 'invalid_token'],
    ['in SQL', () => ({ 'x-api-key': "' OR 1=1 --" }), 401, 'invalid_token'],
    ['in JSON', () => ({ 'x-api-key': '{"$ne":null}' }), 401, 'invalid_token'],
    ['as a bearer token', (key) => ({ authorization: `Bearer ${key}` }), 401, 'invalid_token'],
    ['of nothing', () => ({ 'x-api-key': '' }), 400, 'invalid_request'],
  ])('refuses one %s', async (_, headers, status, code) => {
    const { key } = await issue('judy');
    const answer = await service.with(headers(key)).get('/api/users/me');
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ code });
    await service.as('judy').delete(`/api/keys/${(await issue('judy')).id}`);
  });

  it('takes no key from the query or the body, and none beside a token', async () => {
    const { key } = await issue('mike');
    const nobody = service.with({});
    expect((await nobody.get(`/api/users/me?api_key=${key}&x-api-key=${key}`)).json).toMatchObject({
      code: 'missing_credentials',
    });
    const body = { moduleId: 'm', data: {}, 'x-api-key': key };
    expect((await nobody.post('/api/user_modules/save', body)).status).toBe(401);
    expect((await service.as('mike').get('/api/users/me', { 'x-api-key': key })).status).toBe(400);
  });

  it('gives every wrong key the same answer', async () => {
    const { key } = await issue('oscar');
    const { key: other } = await issue('peggy');
    const wrong = [
      key.slice(0, 30),
      key.slice(0, -1) + (key.endsWith('a') ? 'b' : 'a'),
      key.toLowerCase(),
      other.slice(0, 21) + key.slice(21),
      'x',
      "' OR 1=1 --",
      '{"$ne":null}',
      UNKNOWN,
      await revoked('oscar'),
      await expired('oscar'),
    ];
    const answers = await Promise.all(wrong.map((one) => withKey(one).get('/api/users/me')));
    const shapes = answers.map(({ status, json, headers }) => ({
      ...{ status, ...json, requestId: '' },
      challenge: headers.get('www-authenticate'),
    }));
    expect(shapes[0]).toMatchObject({ status: 401, code: 'invalid_token' });
    for (const shape of shapes) expect(shape).toEqual(shapes[0]);
  });

  /** Used a moment before, so that it is still remembered. */
  async function revoked(subject: string): Promise<string> {
    const { key, id } = await issue(subject);
    expect((await withKey(key).get('/api/users/me')).status).toBe(200);
    expect((await service.as(subject).delete(`/api/keys/${id}`)).status).toBe(204);
    return key;
  }

  async function expired(subject: string): Promise<string> {
    const { key, id } = await issue(subject);
    const { apiKeys } = service.storage;
    const record = await apiKeys.find(id);
    if (!record) throw new Error('the key is not there');
    await apiKeys.delete(record.userId, id);
    await apiKeys.add({ ...record, expiresAt: Date.now() - 1 }, 50);
    return key;
  }
});

/** Of the right shape and checksum. */
const UNKNOWN = 'sp_A1b2C3d4E5f6G7h8I_Zz09Zz09Zz09Zz09Zz09Zz09Zz09Zz09Zz09Zz09abc36VzSH';
