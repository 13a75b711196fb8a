import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { memoryRevocations, revocationFeed } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import request from 'supertest';
import { cleanUp, later } from '../support/clean-up';
import * as audiences from './recipes/audiences';
import * as cors from './recipes/cors';
import * as downloads from './recipes/downloads';
import * as events from './recipes/server-sent-events';
import * as lambda from './recipes/lambda';
import { AppModule } from './recipes/nest';
import * as ownClaims from './recipes/own-claims';
import * as roles from './recipes/roles';

const { issuer, audience, keys, token } = createTestIssuer();
const ours = { issuer, audience, keys };
const signed = (claims: Readonly<Record<string, unknown>> = {}) => ({
  Authorization: `Bearer ${token(claims)}`,
});

afterEach(cleanUp);

test('roles come from the claim that is named, and one of several is enough', async () => {
  const app = roles.createApp(ours);
  const editor = signed({ realm_access: { roles: ['editor', 'writer'] } });
  await request(app).delete('/api/reports/1').set(editor).expect(204);
  const shown = await request(app).get('/api/reports').set(editor).expect(200);
  expect(shown.body).toEqual({ roles: ['editor', 'writer'] });
  const { body } = await request(app).delete('/api/reports/1').set(signed()).expect(403);
  expect(body).toMatchObject({ code: 'insufficient_role' });
  await request(app)
    .delete('/api/reports/1')
    .set(signed({ realm_access: { roles: [7] } }))
    .expect(401);
});

describe('CORS', () => {
  const app = cors.createApp(ours);
  const from = { Origin: 'https://app.example' };

  it('answers a preflight without credentials', async () => {
    const asked = {
      ...from,
      'Access-Control-Request-Method': 'GET',
      'Access-Control-Request-Headers': 'authorization',
    };
    const { headers } = await request(app).options('/api/notes').set(asked).expect(204);
    expect(headers['access-control-allow-origin']).toBe('https://app.example');
    expect(headers['access-control-allow-headers']).toBe('authorization');
  });

  it('lets the page read answers and refusals', async () => {
    for (const [credentials, status] of [
      [signed(), 200],
      [{}, 401],
    ] as const) {
      const { headers } = await request(app).get('/api/notes').set(from).set(credentials).expect(status);
      expect(headers['access-control-allow-origin']).toBe('https://app.example');
    }
  });
});

test('a signed link opens its own file until it expires, and nothing without its signature', async () => {
  const app = downloads.createApp(ours, 'a secret of the test');
  await request(app).post('/links/a%20b.txt').expect(401);
  const { body } = await request(app).post('/links/a%20b.txt').set(signed()).expect(200);
  const { url } = body as { url: string };
  await request(app).get(url).expect(200, 'content of a b.txt');

  const refused = [
    url.replace('a%20b', 'c'),
    url.replace(/expires=\d+/, 'expires=99999999999'),
    url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    url.replace(/&signature.*/, ''),
    url.replace(/&signature=/, '&signature=x&signature='),
    `/files/a%20b.txt?access_token=${token()}`,
  ];
  for (const each of refused) {
    const answer = await request(app).get(each).expect(403);
    expect(answer.body).toMatchObject({ code: 'forbidden', detail: 'This link is wrong or has expired.' });
  }
  const later = Date.now() + 61_000;
  const clock = jest.spyOn(Date, 'now').mockReturnValue(later);
  await request(app).get(url).expect(403);
  clock.mockRestore();
});

describe('server-sent events', () => {
  const revocations = revocationFeed({ store: memoryRevocations() });
  afterAll(() => {
    revocations.close();
  });

  /** Resolves with the first event; `ended` once the server ends the answer. */
  async function listen(claims: Readonly<Record<string, unknown>>) {
    const server = createServer(events.createApp({ ...ours, revocations }, 50)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    later(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/events`, { headers: signed(claims) });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    const { value } = await reader.read();
    return { first: value, ended: reader.read().then(({ done }) => done) };
  }

  it('end when the token expires', async () => {
    const { first, ended } = await listen({ exp: Math.floor(Date.now() / 1000) + 2 });
    expect(first).toBe('data: hello user_1\n\n');
    expect(await ended).toBe(true);
  });

  it('end when the token is revoked', async () => {
    const { ended } = await listen({ jti: 'a' });
    await revocations.revoke([{ by: 'jti', issuer, value: 'a' }]);
    expect(await ended).toBe(true);
  });
});

test('a token of either audience is accepted, and a route is for one of them', async () => {
  const app = audiences.createApp({ issuer, keys });
  const ask = (path: string, aud: unknown) => request(app).get(`/api/${path}`).set(signed({ aud }));
  const [web, partners] = ['https://api.example/web', 'https://api.example/partners'];
  await ask('notes', web).expect(200);
  await ask('notes', [partners]).expect(200);
  await ask('notes', audience).expect(401);
  await ask('partners/orders', partners).expect(200);
  await ask('partners/orders', [web, partners]).expect(200);
  await ask('partners/orders', web).expect(403);
});

test('claims of your own are typed, and there', async () => {
  const app = ownClaims.createApp(ours);
  await request(app)
    .get('/api/tenant')
    .set(signed({ tenant: 'acme' }))
    .expect(200, { tenant: 'acme' });
  for (const tenant of [undefined, 7]) {
    const { body } = await request(app).get('/api/tenant').set(signed({ tenant })).expect(401);
    expect(body).toMatchObject({ code: 'invalid_token', detail: 'The token names no tenant.' });
  }
});

test('NestJS answers our refusals with their status', async () => {
  Logger.overrideLogger(false);
  const app = await NestFactory.create(AppModule.with(ours));
  later(() => app.close());
  await app.init();
  const server = app.getHttpServer() as Parameters<typeof request>[0];
  await request(server).get('/notes/user_1').set(signed()).expect(200, { of: 'user_1' });
  await request(server).get('/notes/user_2').set(signed()).expect(403);
  await request(server).get('/notes/user_1').expect(401);
  await request(server).get('/notes/user_1').set('Authorization', 'Bearer a.b.c').expect(401);
});

test('a Lambda function knows its callers', async () => {
  const handle = lambda.createHandler(ours);
  const ask = async (headers: object) =>
    (await handle({ httpMethod: 'GET', path: '/api/notes', headers, requestContext: {} }, {})) as {
      statusCode: number;
      body: string;
    };
  const good = await ask(signed());
  expect([good.statusCode, good.body]).toEqual([200, '{"of":"user_1"}']);
  expect((await ask({})).statusCode).toBe(401);
});
