import { cleanUp, later } from '../support/clean-up';
import { databaseUri, describeMongo, dropDatabase } from '../support/mongo';
import { startService, type ServiceUnderTest } from '../support/service';
import { CAEP, CLIENT, eventToken, LOGOUT, logoutToken, RECEIVER, RISC, seconds } from '../support/signals';
import { stores } from '../support/stores';

const env = { AUTH_LOGOUT: `other, ${CLIENT}`, AUTH_SIGNALS: RECEIVER };

afterAll(cleanUp);

const logOut = (service: ServiceUnderTest, token: string) =>
  service
    .with({ 'content-type': 'application/x-www-form-urlencoded' })
    .request('POST', '/logout/backchannel', {}, `logout_token=${token}`);
const signal = (service: ServiceUnderTest, token: string) =>
  service.with({ 'content-type': 'application/secevent+jwt' }).request('POST', '/signals/events', {}, token);
const statusWith = async (service: ServiceUnderTest, headers: Record<string, string>) =>
  (await service.with(headers).get('/api/users/me')).status;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const disabled = (service: ServiceUnderTest, sub: string) =>
  eventToken(service.issuer, {
    sub_id: { format: 'iss_sub', iss: service.issuer.issuer, sub },
    events: { [`${RISC}account-disabled`]: { reason: 'hijacking' } },
  });

describe.each(stores)('what the issuer tells by itself, with $name', (store) => {
  let service: ServiceUnderTest;

  beforeAll(async () => {
    service = await startService(env, store);
  });

  it('ends a session, and leaves the keys and other sessions of its user', async () => {
    const [ended, other] = ['sess_1', 'sess_2'].map((sid) =>
      bearer(service.issuer.token({ sub: 'alice', sid })),
    );
    const { key } = (await service.with(other!).post('/api/keys', { name: 'n' })).json;
    expect(await statusWith(service, ended!)).toBe(200);
    const answer = await logOut(service, logoutToken(service.issuer, { sid: 'sess_1', sub: 'alice' }));
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await statusWith(service, ended!)).toBe(401);
    expect(await statusWith(service, other!)).toBe(200);
    expect(await statusWith(service, { 'x-api-key': key })).toBe(200);
  });

  it("refuses a disabled account's tokens, and deletes its keys for good", async () => {
    const headers = bearer(service.issuer.token({ sub: 'bob' }));
    const { key } = (await service.with(headers).post('/api/keys', { name: 'n' })).json;
    expect(await statusWith(service, { 'x-api-key': key })).toBe(200);
    expect((await signal(service, disabled(service, 'bob'))).status).toBe(202);
    expect(await statusWith(service, headers)).toBe(401);
    expect(await statusWith(service, { 'x-api-key': key })).toBe(401);
    const user = await service.storage.users.find({ issuer: service.issuer.issuer, subject: 'bob' });
    expect(await service.storage.apiKeys.list(user!.id)).toEqual([]);
  });

  it('leaves, when it comes late, what was made since with a newer token, and nothing made with an older one', async () => {
    const at = seconds() - 3600;
    const makeKey = async (iat: number) => {
      const made = await service
        .with(bearer(service.issuer.token({ sub: 'dora', iat, exp: iat + 7200 })))
        .post('/api/keys', { name: 'n' });
      expect(made.status).toBe(201);
      return { 'x-api-key': (made.json as { key: string }).key };
    };
    const [stolen, fresh] = [await makeKey(at - 60), await makeKey(at + 60)];
    expect([await statusWith(service, stolen), await statusWith(service, fresh)]).toEqual([200, 200]);
    const late = eventToken(service.issuer, {
      sub_id: { format: 'iss_sub', iss: service.issuer.issuer, sub: 'dora' },
      events: { [`${CAEP}session-revoked`]: { event_timestamp: at } },
    });
    expect((await signal(service, late)).status).toBe(202);
    expect([await statusWith(service, stolen), await statusWith(service, fresh)]).toEqual([401, 200]);
    const user = await service.storage.users.find({ issuer: service.issuer.issuer, subject: 'dora' });
    expect(await service.storage.apiKeys.list(user!.id)).toHaveLength(1);
  });

  it('deletes, when it comes late, what an older token made of a newer key by rotation', async () => {
    const at = seconds() - 3600;
    const withToken = (iat: number) =>
      service.with(bearer(service.issuer.token({ sub: 'erin', iat, exp: iat + 7200 })));
    const made = (await withToken(at + 60).post('/api/keys', { name: 'n' })).json as { id: string };
    const rotated = await withToken(at - 60).post(`/api/keys/${made.id}/rotate`, {});
    expect(rotated.status).toBe(201);
    const stolen = { 'x-api-key': (rotated.json as { key: string }).key };
    expect(await statusWith(service, stolen)).toBe(200);
    const late = eventToken(service.issuer, {
      sub_id: { format: 'iss_sub', iss: service.issuer.issuer, sub: 'erin' },
      events: { [`${CAEP}session-revoked`]: { event_timestamp: at } },
    });
    expect((await signal(service, late)).status).toBe(202);
    expect(await statusWith(service, stolen)).toBe(401);
    const user = await service.storage.users.find({ issuer: service.issuer.issuer, subject: 'erin' });
    expect(await service.storage.apiKeys.list(user!.id)).toMatchObject([{ id: made.id }]);
  });

  it('survives a restart', async () => {
    const headers = bearer(service.issuer.token({ sub: 'carol', sid: 'sess_3' }));
    await logOut(service, logoutToken(service.issuer, { sid: 'sess_3' }));
    service = await service.restart();
    expect(await statusWith(service, headers)).toBe(401);
  });

  it('refuses in the form of each standard, and logs why but no token', async () => {
    const token = logoutToken(service.issuer, { aud: 'another' });
    const answer = await logOut(service, token);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({
      error: 'invalid_request',
      error_description: 'The token was issued for another audience.',
    });
    const event = await signal(service, eventToken(service.issuer, { iss: 'https://evil.example' }));
    expect([event.status, event.json]).toEqual([
      400,
      { err: 'invalid_issuer', description: 'The token is of another issuer.' },
    ]);
    expect(service.log()).toContainEqual(expect.objectContaining({ event: 'refused', reason: 'audience' }));
    expect(service.logText()).not.toContain(token.slice(0, 60));
  });

  it('logs what was acted on', async () => {
    await logOut(service, logoutToken(service.issuer, { sid: 'sess_4' }));
    expect(service.log()).toContainEqual(
      expect.objectContaining({ event: 'signal', name: LOGOUT, outcome: 'acted' }),
    );
  });

  it('answers 405 to another method', async () => {
    const answer = await service.with({}).get('/logout/backchannel');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

it('has no such routes unless they are configured', async () => {
  const service = await startService();
  expect((await logOut(service, logoutToken(service.issuer))).status).toBe(404);
  expect((await signal(service, eventToken(service.issuer))).status).toBe(404);
});

describeMongo('two instances over one MongoDB', () => {
  it('refuse a session of which one was told, within a few reads', async () => {
    const uri = databaseUri();
    later(() => dropDatabase(uri));
    const store = { name: 'MongoDB', env: () => ({ MONGODB_URI: uri }), deadlineMs: 20_000 };
    const here = await startService(env, store);
    const there = await startService({ ...env, AUTH_ISSUER: here.issuer.issuer }, store);
    const headers = bearer(here.issuer.token({ sub: 'erin', sid: 'sess_5' }));
    expect([await statusWith(here, headers), await statusWith(there, headers)]).toEqual([200, 200]);
    const token = logoutToken(here.issuer, { sid: 'sess_5' });
    const answers = await Promise.all([logOut(here, token), logOut(there, token)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const start = performance.now();
    while ((await statusWith(there, headers)) !== 401 || (await statusWith(here, headers)) !== 401) {
      if (performance.now() - start > 15_000) throw new Error('the other instance never heard of it');
    }
  }, 40_000);
});
