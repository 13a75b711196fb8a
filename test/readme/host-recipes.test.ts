import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { memoryReplays, memoryRevocations, revocationFeed } from 'sallyport';
import { createDpopClient, createTestIssuer } from 'sallyport/testing';
import request from 'supertest';
import { WebSocket } from 'ws';
import { listening } from '../support/listening';
import * as cookies from './recipes/cookies';
import * as dpop from './recipes/dpop';
import * as guests from './recipes/guests';
import * as ownErrors from './recipes/own-errors';
import * as stepUp from './recipes/step-up';
import { createWebSockets } from './recipes/websockets';

const { issuer, audience, keys, token } = createTestIssuer();
const ours = { issuer, audience, keys };
const signed = { Authorization: `Bearer ${token()}` };

test('guests read the page for everybody, and only callers what is theirs', async () => {
  const app = guests.createApp(ours);
  const { body, headers } = await request(app).get('/news').expect(200);
  expect(body).toEqual({ for: 'everybody' });
  expect(headers['vary']).toBe('Authorization');
  const known = await request(app).get('/news').set(signed).expect(200);
  expect(known.body).toEqual({ for: 'user_1' });
  await request(app).get('/news').set('Authorization', 'Bearer a.b.c').expect(401);
  await request(app).get('/news/user_1').expect(401).expect('WWW-Authenticate', 'Bearer realm="api"');
  await request(app).get('/news/user_1').set(signed).expect(200);
  await request(app).get('/news/user_2').set(signed).expect(403);
});

test('an account is closed only after a new and strong sign-in', async () => {
  const app = stepUp.createApp(ours);
  const signedIn = (claims: object, secondsAgo: number) => ({
    Authorization: `Bearer ${token({ ...claims, auth_time: Math.floor(Date.now() / 1000) - secondsAgo })}`,
  });
  await request(app).get('/account').set(signed).expect(200, { of: 'user_1' });
  const { body, headers } = await request(app)
    .delete('/account')
    .set(signedIn({ acr: 'phr' }, 400))
    .expect(401);
  expect(body).toMatchObject({ code: 'insufficient_authentication' });
  expect(headers['www-authenticate']).toBe(
    'Bearer realm="api", error="insufficient_user_authentication", acr_values="phr phrh", max_age="300"',
  );
  await request(app)
    .delete('/account')
    .set(signedIn({ acr: 'pwd' }, 10))
    .expect(401);
  await request(app)
    .delete('/account')
    .set(signedIn({ acr: 'phrh' }, 10))
    .expect(204);
});

test('a bound token counts with a proof, and each proof once', async () => {
  const { url, close } = await listening(dpop.createApp(ours, memoryReplays()));
  const client = createDpopClient();
  const bound = token({ cnf: { jkt: client.jkt } });
  const answer = await client.fetch(bound, `${url}/notes`);
  expect(await answer.json()).toEqual({ of: 'user_1' });
  const headers = client.headers(bound, { url: `${url}/notes` });
  expect((await fetch(`${url}/notes`, { headers })).status).toBe(200);
  expect((await fetch(`${url}/notes`, { headers })).status).toBe(401);
  const stolen = await fetch(`${url}/notes`, { headers: { Authorization: `Bearer ${bound}` } });
  expect(stolen.status).toBe(401);
  expect((await fetch(`${url}/notes`, { headers: signed })).status).toBe(200);
  await close();
});

test('errors have the shape of the host', async () => {
  const app = ownErrors.createApp(ours);
  await request(app).get('/notes').set(signed).expect(200, { ok: true });
  const { body, headers } = await request(app).get('/notes').expect(401);
  expect(body).toEqual({
    ok: false,
    code: 'missing_credentials',
    detail: 'Send credentials with this request.',
  });
  expect(headers['www-authenticate']).toBe('Bearer realm="api"');
});

test('a cookie counts for requests of the same site, and a token from anywhere', async () => {
  const app = cookies.createApp(ours);
  const cookie = { Cookie: `theme=dark; __Host-session=${token()}` };
  const same = { 'Sec-Fetch-Site': 'same-origin' };
  await request(app).get('/notes').set(cookie).expect(200, { of: 'user_1' });
  await request(app).post('/notes').set(cookie).set(same).expect(200);
  for (const site of ['cross-site', 'same-site', 'none']) {
    const { body } = await request(app).post('/notes').set(cookie).set('Sec-Fetch-Site', site).expect(403);
    expect(body).toMatchObject({ code: 'forbidden', detail: 'This request comes from another site.' });
  }
  await request(app).post('/notes').set(cookie).expect(403);
  await request(app).post('/notes').set(signed).expect(200);
  await request(app).get('/notes').set(cookie).set(signed).expect(400);
  await request(app).get('/notes').set('Cookie', '__Host-session=forged').expect(401);
});

describe('a WebSocket server', () => {
  const revocations = revocationFeed({ store: memoryRevocations() });
  const server = createWebSockets({ ...ours, revocations }, 50);
  let url: string;

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => {
    revocations.close();
    server.close();
  });

  it('greets a caller with a token', async () => {
    const client = new WebSocket(url, { headers: signed });
    const [message] = (await once(client, 'message')) as [Buffer];
    expect(message.toString()).toBe('hello user_1');
    client.terminate();
  });

  it('ends with the token', async () => {
    const soon = Math.floor(Date.now() / 1000) + 2;
    const client = new WebSocket(url, { headers: { Authorization: `Bearer ${token({ exp: soon })}` } });
    const [code] = (await once(client, 'close')) as [number];
    expect(code).toBe(4401);
  });

  it('ends when the token is revoked', async () => {
    const client = new WebSocket(url, { headers: { Authorization: `Bearer ${token({ jti: 'a' })}` } });
    await once(client, 'message');
    await revocations.revoke([{ by: 'jti', issuer, value: 'a' }]);
    const [code] = (await once(client, 'close')) as [number];
    expect(code).toBe(4401);
  });

  it.each([
    [{}, 'Bearer realm="api"'],
    [{ Authorization: 'Bearer a.b.c' }, 'Bearer realm="api", error="invalid_token"'],
  ])('refuses %j with the challenge', async (headers, challenge) => {
    const client = new WebSocket(url, { headers });
    client.on('error', () => undefined);
    const [, response] = (await once(client, 'unexpected-response')) as [
      unknown,
      { statusCode: number; headers: Record<string, string> },
    ];
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe(challenge);
    client.terminate();
  });
});
