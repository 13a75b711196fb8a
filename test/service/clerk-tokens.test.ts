import type { TestIssuer } from 'sallyport/testing';
import { expectUnauthorized } from '../support/assertions';
import { cleanUp } from '../support/clean-up';
import { clerkTokens, SESSION } from '../support/clerk-tokens';
import { startService, type ServiceUnderTest } from '../support/service';
import { stores } from '../support/stores';

const refused = clerkTokens.filter((row) => row.refused);
const accepted = clerkTokens.filter((row) => !row.refused);

describe.each(stores)("Clerk's tokens over the $name store, with AUTH_PROVIDER=clerk", (store) => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startService({ AUTH_AUDIENCE: '', AUTH_PROVIDER: 'clerk' }, store);
  });
  afterAll(cleanUp);

  const bearer = (token: string) => service.with({ authorization: `Bearer ${token}` });
  const userOf = (subject: string) => service.storage.users.find({ issuer: service.issuer.issuer, subject });

  describe.each(refused)('$name', ({ token }) => {
    it('gets 401 invalid_token from every route that writes, with nothing written', async () => {
      const made = bearer(token(service.issuer));
      const expiresAt = new Date(Date.now() + 60_000).toISOString();
      for (const answer of [
        await made.save('m', { mallory: true }),
        await made.post('/api/keys', { name: 'k', scopes: ['modules:write'], expiresAt }),
        await made.post('/api/sessions/revoke', {}),
        await made.delete('/api/users/me'),
        await made.get('/api/users/me'),
      ]) {
        expectUnauthorized(answer, 'invalid_token');
      }
      for (const subject of [SESSION.sub, 'mch_1', 'machine_1'])
        expect(await userOf(subject)).toBeUndefined();
    });

    it('does nothing to what the user of its sub has', async () => {
      const sub = 'user_ada';
      const own = () => bearer(service.issuer.token({ ...SESSION, sub, sid: 'sess_ada' }));
      expect((await own().save('mine', { kept: true })).status).toBeLessThan(300);
      const mint: TestIssuer['token'] = (claims = {}, header = {}) =>
        service.issuer.token(claims['sub'] === SESSION.sub ? { ...claims, sub } : claims, header);
      const made = bearer(token({ token: mint }));
      expectUnauthorized(await made.delete('/api/users/me'), 'invalid_token');
      expectUnauthorized(await made.delete(`/api/user_modules/user/${sub}/mine`), 'invalid_token');
      expectUnauthorized(await made.post('/api/keys', { name: 'k' }), 'invalid_token');
      expect((await own().get(`/api/user_modules/user/${sub}/mine`)).json.data).toEqual({ kept: true });
      expect((await own().get('/api/keys')).json.items).toEqual([]);
    });
  });

  it.each(accepted)('$name is served', async ({ token }) => {
    const answer = await bearer(token(service.issuer)).get('/api/users/me');
    expect({ status: answer.status, userId: answer.json.userId }).toEqual({
      status: 200,
      userId: SESSION.sub,
    });
  });

  it("a session that still has something to do is refused, as by Clerk's own libraries", async () => {
    const made = bearer(service.issuer.token({ ...SESSION, sub: 'user_pending', sts: 'pending' }));
    expectUnauthorized(await made.save('m', {}), 'invalid_token');
    expect(await userOf('user_pending')).toBeUndefined();
  });
});

describe.each(stores)('tokens without an audience over the $name store', (store) => {
  afterAll(cleanUp);

  it('are let in by AUTH_REQUIRED_CLAIMS alone, and only those that it names', async () => {
    const env = {
      AUTH_AUDIENCE: 'none',
      AUTH_REQUIRED_CLAIMS: '{"token_use":"access","client_id":["web","app"]}',
    };
    const service = await startService(env, store);
    const call = (claims: object, header: object = {}) =>
      service
        .with({
          authorization: `Bearer ${service.issuer.token({ aud: undefined, sub: 'mallory', ...claims }, { ...header })}`,
        })
        .save('m', {});
    const named = { token_use: 'access', client_id: 'app' };
    for (const [claims, header] of [
      [{}, {}],
      [{ ...named, token_use: 'id' }, {}],
      [{ ...named, client_id: 'other' }, {}],
      [named, { typ: 'at+jwt' }],
      [{ ...named, cnf: { jkt: 'x' } }, {}],
    ] as const) {
      expectUnauthorized(await call(claims, header), 'invalid_token');
    }
    const { issuer } = service.issuer;
    expect(await service.storage.users.find({ issuer, subject: 'mallory' })).toBeUndefined();
    expect((await call(named)).status).toBe(201);
  });

  it('are judged per entry of AUTH_ISSUERS', async () => {
    const service = await startService({}, store);
    const { issuer, jwksUri } = service.issuer;
    const entry = { issuer, jwksUri, provider: 'clerk', authorizedParties: ['https://app.example'] };
    const several = await startService({ AUTH_ISSUERS: JSON.stringify([entry]) }, store);
    const call = (claims: object) =>
      several
        .with({ authorization: `Bearer ${service.issuer.token({ ...SESSION, ...claims })}` })
        .get('/api/users/me');
    expectUnauthorized(await call({ sub: 'mch_1' }), 'invalid_token');
    expectUnauthorized(await call({ azp: 'https://evil.example' }), 'invalid_token');
    expect((await call({})).status).toBe(200);
  });
});
