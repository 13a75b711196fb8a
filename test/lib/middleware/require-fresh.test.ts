import express, { type RequestHandler } from 'express';
import {
  apiKeys,
  memoryApiKeys,
  memoryUsers,
  requireFresh,
  sallyport,
  type RequireFreshOptions,
} from 'sallyport';
import { analyzerProxy } from 'sallyport/next';
import { createTestIssuer, startTestIssuer, type Overrides } from 'sallyport/testing';
import request from 'supertest';
import { listening } from '../../support/listening';

const issuer = createTestIssuer();
const { audience, keys, token } = issuer;
const keyStore = memoryApiKeys();
const port = sallyport({
  issuer: issuer.issuer,
  audience,
  keys,
  users: memoryUsers(),
  apiKeys: keyStore,
  addressLimit: false,
  subjectLimit: false,
});
afterAll(() => {
  port.close();
});

/** Seconds since the epoch, so many before now. */
const ago = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds;

let written = 0;
const write: RequestHandler = (_request, response) => {
  written += 1;
  response.json({ passed: true });
};

function app(options: RequireFreshOptions) {
  return express()
    .use(port)
    .post('/part', requireFresh(options), write)
    .post('/port', port.requireFresh(options), write)
    .use(port.problemDetails);
}

const OLD = 'Bearer realm="api", error="insufficient_user_authentication", max_age="600"';
const WEAK = 'Bearer realm="api", error="insufficient_user_authentication", acr_values="phr phrh"';
const BOTH =
  'Bearer realm="api", error="insufficient_user_authentication", acr_values="phr phrh", max_age="600"';
const TO_STRING = 'Bearer realm="api", error="insufficient_user_authentication", acr_values="toString"';
const LATELY = { maxAgeSeconds: 600 };
const STRONGLY = { acr: ['phr', 'phrh'] };

describe.each<[string, RequireFreshOptions, Overrides, string]>([
  ['signed in too long ago', LATELY, { auth_time: ago(700) }, OLD],
  ['signed in just beyond the tolerance', LATELY, { auth_time: ago(610) }, OLD],
  ['signed in at the epoch', LATELY, { auth_time: 0 }, OLD],
  ['signed in before the epoch', LATELY, { auth_time: -1 }, OLD],
  ['will sign in later', LATELY, { auth_time: ago(-60) }, OLD],
  ['does not say when', LATELY, {}, OLD],
  ['says when as a string', LATELY, { auth_time: String(ago(1)) }, OLD],
  ['says when as null', LATELY, { auth_time: null }, OLD],
  ['says when as true', LATELY, { auth_time: true }, OLD],
  ['says when as a list', LATELY, { auth_time: [ago(1)] }, OLD],
  ['says when in milliseconds', LATELY, { auth_time: ago(1) * 1000 }, OLD],
  ['is issued now for a sign-in of long ago', LATELY, { iat: ago(0), auth_time: ago(86_400) }, OLD],
  ['has an old auth_time beside a new fva', LATELY, { auth_time: ago(700), fva: [0, 0] }, OLD],
  ['has a malformed auth_time beside a new fva', LATELY, { auth_time: 'now', fva: [0, 0] }, OLD],
  ['has an old fva', LATELY, { fva: [11, -1] }, OLD],
  ['has never verified the first factor', LATELY, { fva: [-1, -1] }, OLD],
  // Counted as a minute after `iat`, it would be recent.
  ['has never verified it, in an older token', LATELY, { fva: [-1, -1], iat: ago(100) }, OLD],
  ['has verified the second factor alone', LATELY, { fva: [-1, 0] }, OLD],
  ['has a new second factor and an old first one', LATELY, { fva: [30, 0] }, OLD],
  ['has an fva of strings', LATELY, { fva: ['0', '0'] }, OLD],
  ['has an fva that is a number', LATELY, { fva: 0 }, OLD],
  ['has an fva that is empty', LATELY, { fva: [] }, OLD],
  ['has an fva and no iat to count from', LATELY, { fva: [0, 0], iat: undefined }, OLD],
  ['has a new fva in an old token', LATELY, { fva: [5, -1], iat: ago(400) }, OLD],
  ['names another class', STRONGLY, { acr: 'pwd' }, WEAK],
  ['names no class', STRONGLY, {}, WEAK],
  ['names the class in other case', STRONGLY, { acr: 'PHR' }, WEAK],
  ['names both classes in one string', STRONGLY, { acr: 'phr phrh' }, WEAK],
  ['names the class in a list', STRONGLY, { acr: ['phr'] }, WEAK],
  ['names the class among its methods (amr)', STRONGLY, { amr: ['phr'] }, WEAK],
  ['names no class where one is asked for that every object has', { acr: 'toString' }, {}, TO_STRING],
  ['is strong and old', { ...LATELY, ...STRONGLY }, { acr: 'phr', auth_time: ago(700) }, BOTH],
  ['is new and weak', { ...LATELY, ...STRONGLY }, { acr: 'pwd', auth_time: ago(1) }, BOTH],
])('a token that %s', (_name, options, claims, challenge) => {
  it.each(['/part', '/port'])('is answered 401 insufficient_authentication at %s', async (path) => {
    const before = written;
    const answer = await request(app(options))
      .post(path)
      .set('Authorization', `Bearer ${token(claims)}`);
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ status: 401, code: 'insufficient_authentication' });
    expect(answer.headers['www-authenticate']).toBe(challenge);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(written).toBe(before);
  });
});

it.each<[string, RequireFreshOptions, Overrides]>([
  ['signed in lately', LATELY, { auth_time: ago(500) }],
  ['signed in by a clock that is ahead within the tolerance', LATELY, { auth_time: ago(-3) }],
  ['signed in with a fraction of a second', LATELY, { auth_time: ago(10) + 0.5 }],
  ['has a new fva', LATELY, { fva: [0, -1] }],
  ['has a new fva that was counted a while ago', LATELY, { fva: [5, -1], iat: ago(200) }],
  ['names one of the classes', STRONGLY, { acr: 'phrh' }],
  ['names the only class', { acr: 'urn:mace:incommon:iap:silver' }, { acr: 'urn:mace:incommon:iap:silver' }],
  ['is new and strong', { ...LATELY, ...STRONGLY }, { acr: 'phr', auth_time: ago(1) }],
  ['is old, where more tolerance is said', { ...LATELY, clockTolerance: 120 }, { auth_time: ago(700) }],
])('lets a token through that %s', async (_name, options, claims) => {
  for (const path of ['/part', '/port']) {
    await request(app(options))
      .post(path)
      .set('Authorization', `Bearer ${token(claims)}`)
      .expect(200);
  }
});

it('answers an API key 403 token_required, since nobody signs in with it', async () => {
  const user = {
    id: 'u1',
    issuer: issuer.issuer,
    subject: issuer.subject,
    createdAt: '2026-01-01T00:00:00Z',
  };
  const made = await apiKeys({ store: keyStore, scopes: ['a'] }).issue(user, { name: 'backup' }, []);
  const key = made.outcome === 'issued' ? made.key : '';
  const before = written;
  const answer = await request(app(LATELY)).post('/port').set('X-API-Key', key);
  expect(answer.status).toBe(403);
  expect(answer.body).toMatchObject({ code: 'token_required' });
  expect(answer.headers['www-authenticate']).toBeUndefined();
  expect(written).toBe(before);
});

it('answers a guest 401 missing_credentials', async () => {
  const guests = express().post('/', port.optional, requireFresh(LATELY), write).use(port.problemDetails);
  const answer = await request(guests).post('/').expect(401);
  expect(answer.body).toMatchObject({ code: 'missing_credentials' });
  expect(answer.headers['www-authenticate']).toBe('Bearer realm="api"');
});

it('takes the tolerance of the port from its issuers', async () => {
  const lenient = sallyport({ issuer: issuer.issuer, audience, keys, clockTolerance: 60 });
  const served = express()
    .post('/port', lenient, lenient.requireFresh(LATELY), write)
    .post('/part', lenient, requireFresh(LATELY), write)
    .use(lenient.problemDetails);
  const old = `Bearer ${token({ auth_time: ago(640) })}`;
  await request(served).post('/port').set('Authorization', old).expect(200);
  await request(served).post('/part').set('Authorization', old).expect(401);
  lenient.close();
});

it('is passed on by the proxy, with its challenge, and not tried again', async () => {
  const remote = await startTestIssuer();
  const calls: string[] = [];
  const own = sallyport({ issuer: remote.issuer, audience: remote.audience });
  const upstream = await listening(
    express()
      .use((incoming, _response, next) => {
        calls.push(incoming.method);
        next();
      })
      .post('/transfers', own, own.requireFresh(LATELY), write)
      .use(own.problemDetails),
  );
  const proxy = analyzerProxy({
    url: `${upstream.url}/transfers`,
    auth: () =>
      Promise.resolve({
        userId: 'user_1',
        getToken: () => Promise.resolve(remote.token({ auth_time: ago(900) })),
      }),
  });
  const answer = await proxy(
    new Request('https://app.example/api/transfers', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    }),
    { params: Promise.resolve({}) },
  );
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe(OLD);
  expect(await answer.json()).toMatchObject({ code: 'insufficient_authentication' });
  expect(calls).toEqual(['POST']);
  own.close();
  await upstream.close();
  await remote.close();
});

it.each<[unknown, RegExp]>([
  [undefined, /^requireFresh: give an object/],
  [{}, /give "maxAgeSeconds", "acr" or both/],
  [{ maxAge: 600 }, /unknown option "maxAge"/],
  [{ maxAgeSeconds: 0 }, /"maxAgeSeconds" must be/],
  [{ maxAgeSeconds: -1 }, /"maxAgeSeconds" must be/],
  [{ maxAgeSeconds: 1.5 }, /"maxAgeSeconds" must be/],
  [{ maxAgeSeconds: '600' }, /"maxAgeSeconds" must be/],
  [{ maxAgeSeconds: 600, clockTolerance: -1 }, /"clockTolerance" must be/],
  [{ maxAgeSeconds: 600, clockTolerance: NaN }, /"clockTolerance" must be/],
  [{ acr: '' }, /"acr" must name/],
  [{ acr: 'a b' }, /"acr" must name/],
  [{ acr: 'a"' }, /"acr" must name/],
  [{ acr: [] }, /"acr" must name/],
  [{ acr: [1] }, /"acr" must name/],
  [{ acr: null }, /"acr" must name/],
])('refuses the options %j at mount', (options, message) => {
  expect(() => requireFresh(options as never)).toThrow(message);
  expect(() => port.requireFresh(options as never)).toThrow(message);
});

it('lets a token through that signed in within the tolerance of the clocks', async () => {
  await request(app(LATELY))
    .post('/part')
    .set('Authorization', `Bearer ${token({ auth_time: ago(601) })}`)
    .expect(200);
});
