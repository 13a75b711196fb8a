import type { Server } from 'node:http';
import express, { type RequestHandler } from 'express';
import {
  apiKeyVerifier,
  byKind,
  InsufficientScopeError,
  jwtVerifier,
  memoryReplays,
  memoryUsers,
  problemDetails,
  provisionUser,
  rateLimit,
  remoteKeys,
  sallyport,
} from 'sallyport';
import { createTestIssuer, signToken, startTestIssuer } from 'sallyport/testing';
import request from 'supertest';
import { kidBudget } from '../../lib/keys/kid-budget';

const issuer = createTestIssuer();
const { audience, keys } = issuer;
const own = { issuer: issuer.issuer, audience, keys };

describe('what would fail each request is refused at mount', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['an engine that cannot verify', () => jwtVerifier({ ...own, engine: {} as never }), /"engine"/],
    ['no word about the audience', () => jwtVerifier({ ...own, audience: undefined as never }), /"audience"/],
    ['an audience of nothing', () => jwtVerifier({ ...own, audience: [] }), /"audience"/],
    ['a negative age', () => jwtVerifier({ ...own, maxTokenAge: -1 }), /"maxTokenAge"/],
    ['a rule that is none', () => jwtVerifier({ ...own, refuse: 'x' as never }), /"refuse"/],
    [
      'negative tolerance',
      () => provisionUser({ users: memoryUsers(), clockTolerance: -1 }),
      /"clockTolerance"/,
    ],
    ['a key store that finds nothing', () => apiKeyVerifier({ keys: {} as never }), /"keys"/],
    ['a kind without a verifier', () => byKind({ token: jwtVerifier(own) } as never), /"api-key"/],
    ['a realm with a quote', () => problemDetails({ realm: 'a"b' }), /"realm"/],
    ['an exemption that is no list', () => rateLimit({ by: 'address', exempt: '::1' as never }), /"exempt"/],
  ])('%s', (_name, mount, message) => {
    expect(mount).toThrow(message);
  });
});

describe('errors of a host', () => {
  const failing = (error: object, before: RequestHandler = (_request, _response, next) => next()) =>
    express()
      .use(before)
      .use(() => {
        throw Object.assign(new Error('private'), error);
      })
      .use(problemDetails());

  it.each([400, 401, 403, 404, 413, 415, 418])(
    'of status %i that do not say whether they may be told are answered as internal, without their message',
    async (status) => {
      const { body, text } = await request(failing({ status, statusCode: status })).get('/');
      expect(body).toMatchObject({ status: 500, code: 'internal' });
      expect(text).not.toContain('private');
    },
  );

  it('are told under the id that the host gave the request', async () => {
    const named: RequestHandler = (request, _response, next) => {
      Object.assign(request, { id: 'of-the-host' });
      next();
    };
    const { body } = await request(failing({}, named)).get('/');
    expect(body).toMatchObject({ status: 500, requestId: 'of-the-host' });
  });

  it('are told under the number that pino-http gave the request', async () => {
    const numbered: RequestHandler = (request, _response, next) => {
      Object.assign(request, { id: 17 });
      next();
    };
    const { body } = await request(failing({}, numbered)).get('/');
    expect(body.requestId).toBe('17');
  });

  it('name no scope where none is known', () => {
    const { detail, challenge } = new InsufficientScopeError([]);
    expect(detail).toBe('This needs more scope.');
    expect(challenge).toEqual({ error: 'insufficient_scope' });
  });
});

it('an issuer that answers without a body has no keys', async () => {
  const empty = () => Promise.resolve(new Response(null, { status: 200 }));
  const source = remoteKeys({ jwksUri: 'https://issuer.test/jwks', fetch: empty });
  await expect(source.prewarm()).rejects.toMatchObject({ code: 'keys_unavailable' });
  expect(source.state().lastFailure).toBe('not_json');
  source.close();
});

it('a chain reads the keys of its issuer by itself, and closes what it made', async () => {
  const remote = await startTestIssuer();
  const port = sallyport({
    issuer: remote.issuer,
    audience: remote.audience,
    users: memoryUsers(),
    cache: false,
    addressLimit: false,
    subjectLimit: false,
  });
  await port.ready();
  const app = express()
    .use(port, (_request, response) => void response.json({}))
    .use(port.problemDetails);
  const server: Server = app.listen(0, '127.0.0.1');
  await request(server).get('/').set('Authorization', `Bearer ${remote.token()}`).expect(200);
  port.close();
  server.close();
  await remote.close();
  expect(remote.fetches).toBe(1);
});

it('a budget for unknown kids is not filled up by a clock that is set back', () => {
  let now = 1_000_000;
  const { take } = kidBudget(() => now);
  expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
  now -= 3_600_000;
  expect(take()).toBe(false);
  now += 5000;
  expect([take(), take()]).toEqual([true, false]);
});

it('handled messages in memory are forgotten when their time is over, and no sooner', async () => {
  let now = 0;
  const replays = memoryReplays({ now: () => now });
  await replays.claim('short', 'a', 10);
  await replays.claim('long', 'a', 100_000);
  now = 20;
  for (let n = 0; n < 1000; n += 1) await replays.claim(`m${String(n)}`, 'a', 10);
  expect(await replays.claim('short', 'b', 10)).toBe('claimed');
  expect(await replays.claim('long', 'b', 10)).toBe('busy');
});

it('signToken says what it cannot sign with', () => {
  const { privateKey } = issuer.signingKey();
  expect(() => signToken({}, {}, privateKey)).toThrow(/no alg/);
  expect(() => signToken({ alg: 'XX256' }, {}, privateKey)).toThrow(/XX256/);
});
