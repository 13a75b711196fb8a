import express, { type RequestHandler } from 'express';
import { authenticate, authOf, jwtVerifier, memoryUsers, provisionUser, userOf } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import request from 'supertest';

const { issuer, audience, keys, token } = createTestIssuer();
const authed = authenticate({ verifier: jwtVerifier({ issuer, audience, keys }) });
const provisioned = provisionUser({ users: memoryUsers() });

/** What a session of the host puts there. */
const hosts =
  (user: unknown): RequestHandler =>
  (request, _response, next) => {
    Object.assign(request, { user });
    next();
  };
const show: RequestHandler = (request, response) => {
  const { user } = request as { user?: unknown };
  response.json({ user, ours: userOf(request).subject });
};
const get = (...handlers: RequestHandler[]) =>
  request(express().get('/', ...handlers, show))
    .get('/')
    .set('Authorization', `Bearer ${token()}`);

describe('req.user', () => {
  it.each([{ name: 'an account of the host' }, null, 'ada', 0])(
    'stays %j where the host has it there, and userOf gives ours',
    async (account) => {
      const { body } = await get(hosts(account), authed, provisioned).expect(200);
      expect(body).toEqual({ user: account, ours: 'user_1' });
    },
  );

  it('may be set by the host later, and userOf still gives ours', async () => {
    const { body } = await get(authed, provisioned, hosts({ name: 'later' })).expect(200);
    expect(body).toEqual({ user: { name: 'later' }, ours: 'user_1' });
  });

  it('is ours where the host has none', async () => {
    const { body } = await get(authed, provisioned).expect(200);
    expect(body).toMatchObject({ user: { issuer, subject: 'user_1' }, ours: 'user_1' });
  });

  it("never shows the user of a proof that another one has replaced, but leaves the host's", async () => {
    const other = createTestIssuer({ issuer: 'https://other.test' });
    const theirs = jwtVerifier({ issuer: other.issuer, audience: other.audience, keys: other.keys });
    const second = authenticate({ verifier: () => theirs(other.token({ sub: 'user_2' })) });
    const seen: unknown[] = [];
    const look: RequestHandler = (request, _response, next) => {
      seen.push((request as { user?: { subject?: string } }).user?.subject);
      next();
    };
    const { body } = await get(authed, provisioned, look, second, look, provisioned, look).expect(200);
    expect(seen).toEqual(['user_1', undefined, 'user_2']);
    expect(body.ours).toBe('user_2');
    const host = hosts({ subject: 'host' });
    await get(authed, provisioned, host, second, look, provisioned, look).expect(200);
    expect(seen.slice(3)).toEqual(['host', 'host']);
  });
});

it('authOf types claims of the host in the payload', async () => {
  interface Claims {
    readonly tenant: string;
    readonly roles: readonly string[];
  }
  const answer: RequestHandler = (request, response) => {
    const { payload } = authOf<Claims>(request);
    const tenant: string = payload.tenant;
    const roles: readonly string[] = payload.roles;
    // @ts-expect-error a claim that is not named is not known to be anything
    const plan: string = payload['plan'];
    response.json({ tenant, roles, plan, sub: payload.sub });
  };
  const { body } = await request(express().get('/', authed, answer))
    .get('/')
    .set('Authorization', `Bearer ${token({ tenant: 't1', roles: ['a'] })}`);
  expect(body).toEqual({ tenant: 't1', roles: ['a'], sub: 'user_1' });
});
