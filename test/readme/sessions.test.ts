import { answering, startUpstream } from '../lib/next/support/upstream';
import type { Upstream } from '../lib/next/support/upstream';
import { NO_PARAMS, get, post, problemOf } from '../lib/next/support/proxying';
import { analyzerProxy } from 'sallyport/next';
import type { SessionAuth } from 'sallyport/next';
import { invoiceRoute } from './sessions/any-api';
import { authJsSession, saveRoute } from './sessions/auth-js';
import { oidcSession } from './sessions/plain-oidc';
import type { KeptTokens } from './sessions/plain-oidc';
import { workOsSession } from './sessions/workos';

let service: Upstream;
let issuer: Upstream;
beforeEach(async () => {
  service = await startUpstream();
  issuer = await startUpstream();
});
beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => jest.restoreAllMocks());
afterEach(async () => {
  await service.close();
  await issuer.close();
});

const sent = (): (string | undefined)[] => service.received.map(({ headers }) => headers.authorization);
const through = (auth: SessionAuth): Promise<Response> =>
  analyzerProxy({ url: service.origin, auth })(get(), NO_PARAMS);

async function expectSignedOut(auth: SessionAuth): Promise<void> {
  expect(await problemOf(await through(auth))).toMatchObject({ status: 401, code: 'missing_credentials' });
  expect(service.received).toEqual([]);
}

describe('A session of Auth.js', () => {
  it('sends its access token', async () => {
    const route = saveRoute(service.origin, async () => ({ sub: 'u1', access_token: 'a.b.c' }));
    expect((await route(post(), NO_PARAMS)).status).toBe(200);
    expect(sent()).toEqual(['Bearer a.b.c']);
  });

  it.each([null, {}, { sub: 'u1' }])('of %j is signed out', async (token) => {
    await expectSignedOut(authJsSession(async () => token));
  });
});

describe('A session of WorkOS', () => {
  it('sends its access token', async () => {
    await through(workOsSession(async () => ({ user: { id: 'u1' }, accessToken: 'a.b.c' })));
    expect(sent()).toEqual(['Bearer a.b.c']);
  });

  it.each([{ user: null }, { user: { id: 'u1' } }])('of %j is signed out', async (session) => {
    await expectSignedOut(workOsSession(async () => session));
  });
});

describe('A session over plain OpenID Connect', () => {
  let kept: KeptTokens | null;
  beforeEach(() => {
    kept = { subject: 'u1', accessToken: 'old', refreshToken: 'r1' };
  });
  const auth = (): SessionAuth =>
    oidcSession({
      find: async () => kept,
      keep: async (tokens) => void (kept = tokens),
      tokenEndpoint: issuer.origin,
      clientId: 'app',
      clientSecret: 'secret',
    });
  const invalid = answering(401, { 'www-authenticate': 'Bearer error="invalid_token"' });
  const json = { 'content-type': 'application/json' };

  it('sends its access token, and asks the issuer for nothing', async () => {
    await through(auth());
    expect([sent(), issuer.received]).toEqual([['Bearer old'], []]);
  });

  it.each<[string, object, string]>([
    ['keeps a rotated refresh token', { access_token: 'new', refresh_token: 'r2' }, 'r2'],
    ['keeps the old one where none comes', { access_token: 'new' }, 'r1'],
  ])('refreshes a token that the service calls invalid, and %s', async (_what, answer, refreshToken) => {
    service.scripts(invalid);
    issuer.script(answering(200, json, JSON.stringify(answer)));
    expect((await through(auth())).status).toBe(200);
    expect(sent()).toEqual(['Bearer old', 'Bearer new']);
    expect(issuer.received[0]).toMatchObject({ method: 'POST' });
    expect(issuer.received[0]!.body.toString()).toBe('grant_type=refresh_token&refresh_token=r1');
    expect(issuer.received[0]!.headers.authorization).toBe(`Basic ${btoa('app:secret')}`);
    expect(kept).toEqual({ subject: 'u1', accessToken: 'new', refreshToken });
  });

  it("leaves the service's 401 where the issuer refuses", async () => {
    service.script(invalid);
    issuer.script(answering(400, json, '{"error":"invalid_grant"}'));
    expect((await through(auth())).status).toBe(401);
    expect(sent()).toEqual(['Bearer old']);
  });

  it('of nobody is signed out', async () => {
    kept = null;
    await expectSignedOut(auth());
  });
});

it('A proxy to any API speaks of it by its name, and sends and shows what it lists', async () => {
  const route = invoiceRoute(service.origin, async () => ({ userId: 'u1', getToken: async () => 'a.b.c' }));
  const context = { params: Promise.resolve({ id: 'a/b' }) };
  service.script(answering(200, { 'x-total-count': '7' }, '{}'));
  const response = await route(get({ 'accept-language': 'de' }), context);
  expect(response.headers.get('x-total-count')).toBe('7');
  expect(service.received[0]).toMatchObject({
    path: '/v1/invoices/a%2Fb',
    headers: { 'accept-language': 'de' },
  });
  service.script((answer) => answer.socket!.destroy());
  const failed = await route(new Request('http://app.test/', { method: 'POST' }), context);
  expect((await problemOf(failed))['title']).toBe('Failed to communicate with the invoices API');
});
