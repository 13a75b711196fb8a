import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import {
  authenticate,
  InvalidTokenError,
  memoryRevocations,
  problemDetails,
  rateLimit,
  revocationFeed,
  StoreUnavailableError,
} from 'sallyport';
import { introspection, type IntrospectionOptions } from 'sallyport/introspection';
import request from 'supertest';
import { createApp } from '../../readme/recipes/opaque-tokens';
import { listening } from '../../support/listening';

const ISSUER = 'https://issuer.example';
const TOKEN = '2YotnFZFEjr1zCsicMWpAA';
const seconds = () => Math.floor(Date.now() / 1000);

let server: Server;
let endpoint: string;
let asked: Record<string, string | undefined>[] = [];
let answer: (response: ServerResponse) => void;

const say =
  (document: unknown, status = 200) =>
  (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof document === 'string' ? document : JSON.stringify(document));
  };
const active = (more: object = {}) => ({
  ...{ active: true, sub: 'alice', aud: 'api', scope: 'read write' },
  iat: seconds() - 10,
  exp: seconds() + 60,
  ...more,
});

async function receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of incoming) body += String(chunk);
  const { authorization, 'content-type': type } = incoming.headers;
  asked.push({ method: incoming.method, authorization, type, body });
  answer(response);
}

beforeAll(async () => {
  server = createServer((incoming, response) => void receive(incoming, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/introspect`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  asked = [];
  answer = say(active());
});

const without = { endpoint: '', issuer: ISSUER, audience: 'api' };
const options = (more: object = {}): IntrospectionOptions => ({
  ...{ ...without, endpoint, clientId: 'api', clientSecret: 'secret' },
  ...more,
});
const failure = (verifying: Promise<unknown>) =>
  verifying.then(
    () => undefined,
    (error: unknown) => error,
  );

it('proves what an active token says, and asks as RFC 7662 and RFC 6749 have it', async () => {
  const auth = await introspection(options({ clientId: 'a:b', clientSecret: 'c d+' }))(TOKEN);
  expect(auth).toMatchObject({ kind: 'token', issuer: ISSUER, subject: 'alice', roles: [] });
  expect(auth.scopes).toEqual(['read', 'write']);
  expect(auth.expiresAt).toBe(auth.payload.exp);
  expect(auth.payload).toMatchObject({ iss: ISSUER, aud: 'api' });
  expect(Object.isFrozen(auth) && Object.isFrozen(auth.payload)).toBe(true);
  expect(JSON.stringify(auth)).not.toContain(TOKEN);
  expect(asked).toEqual([
    {
      method: 'POST',
      authorization: `Basic ${Buffer.from('a%3Ab:c+d%2B').toString('base64')}`,
      type: 'application/x-www-form-urlencoded',
      body: `token=${TOKEN}&token_type_hint=access_token`,
    },
  ]);
});

it('takes headers in place of a client, also from a function that is asked each time', async () => {
  await introspection({ ...without, endpoint, headers: { authorization: 'A' } })(TOKEN);
  let count = 0;
  const headers = () => ({ authorization: `B${String((count += 1))}` });
  const verify = introspection({ ...without, endpoint, headers });
  await verify(TOKEN);
  await verify(TOKEN);
  expect(asked.map(({ authorization }) => authorization)).toEqual(['A', 'B1', 'B2']);
});

it.each<[string, object, object]>([
  ['without exp', { exp: undefined }, {}],
  ['for access, as Keycloak says it', { token_type: 'Bearer', typ: 'Bearer' }, {}],
  ['for access, as Hydra says it', { token_use: 'access_token' }, {}],
  ['for access, as Cognito says it', { token_use: 'access' }, {}],
  ['of the issuer by name', { iss: ISSUER }, {}],
  ['with a null for the issuer', { iss: null }, {}],
  ['with a list of audiences', { aud: ['x', 'api'] }, {}],
  ['for one of several audiences', {}, { audience: ['x', 'api'] }],
  ['without audience where none is asked', { aud: undefined }, { audience: null }],
])('accepts a token %s', async (_, more, given) => {
  answer = say(active(more));
  expect(await introspection(options(given))(TOKEN)).toMatchObject({ subject: 'alice' });
});

describe('answers that refuse the token: 401', () => {
  it.each<[string, unknown]>([
    ['not active', { active: false }],
    ['not active, whatever else is said', active({ active: false })],
    ['of another issuer', active({ iss: 'https://evil.example' })],
    ['of an issuer that is a list', active({ iss: [ISSUER] })],
    ['for another audience', active({ aud: 'other' })],
    ['for nobody', active({ aud: undefined })],
    ['for an audience in an object', active({ aud: { api: true } })],
    ['expired', active({ exp: seconds() - 10 })],
    ['with an exp that is text', active({ exp: '9999999999' })],
    ['with a null exp', active({ exp: null })],
    ['not valid yet', active({ nbf: seconds() + 600 })],
    ['from the future', active({ iat: seconds() + 600 })],
    ['without subject', active({ sub: undefined })],
    ['with an empty subject', active({ sub: '' })],
    ['with a subject that is an operator', active({ sub: { $ne: null } })],
    ['with a subject of 256 characters', active({ sub: 'x'.repeat(256) })],
    ['with a control character in the subject', active({ sub: 'a\n' })],
    ['with a sid that is a number', active({ sid: 1 })],
    ['with a scope that is an object', active({ scope: { admin: 1 } })],
    ['bound to a key', active({ cnf: { jkt: 'x' } })],
    ['of a type that must be proven', active({ token_type: 'DPoP' })],
    ['of a type that is no text', active({ token_type: ['Bearer'] })],
    ['for refreshing, as Hydra says it', active({ token_use: 'refresh_token' })],
    ['for refreshing, as Keycloak says it', active({ token_type: 'Bearer', typ: 'Refresh' })],
    ['that says who signed in', active({ typ: 'ID' })],
  ])('%s', async (_, document) => {
    answer = say(document);
    expect(await failure(introspection(options())(TOKEN))).toBeInstanceOf(InvalidTokenError);
  });

  it('a token of more than 16384 characters, without asking', async () => {
    expect(await failure(introspection(options())('x'.repeat(16_385)))).toBeInstanceOf(InvalidTokenError);
    expect(asked).toEqual([]);
  });
});

describe('answers that say nothing of the token: 503', () => {
  it.each<[string, () => (response: ServerResponse) => void]>([
    ['500', () => say({}, 500)],
    ['403, perhaps of a filter that dislikes the token', () => say({}, 403)],
    ['401, of our own credentials', () => say({ error: 'invalid_client' }, 401)],
    ['201', () => say(active(), 201)],
    ['a redirect', () => (response) => void response.writeHead(307, { location: endpoint }).end()],
    ['no JSON', () => say('active=true')],
    ['JSON that is cut', () => say('{"active":true')],
    ['bytes that are no UTF-8', () => (response) => void response.end(Buffer.from([0x22, 0xff, 0x22]))],
    ['nothing', () => say('')],
    ['null', () => say('null')],
    ['a list', () => say([active()])],
    ['no active', () => say(active({ active: undefined }))],
    ['an active that is text', () => say(active({ active: 'true' }))],
    ['an active that is 1', () => say(active({ active: 1 }))],
    ['more than the cap', () => say(active({ filler: 'x'.repeat(70_000) }))],
    ['a connection that is cut', () => (response) => void response.socket?.destroy()],
    ['silence', () => () => undefined],
  ])('%s', async (_, how) => {
    answer = how();
    const error = await failure(introspection(options({ timeoutMs: 2000 }))(TOKEN));
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error).toMatchObject({ status: 503, retryAfter: 1 });
    expect(asked).toHaveLength(1);
  });

  it('is said for a token that the server will not look at, and never at once for the next', async () => {
    const verify = introspection(options());
    for (const status of [400, 403, 413, 414, 422, 429, 431]) {
      answer = say({}, status);
      expect(await failure(verify(`../${String(status)}`))).toMatchObject({ status: 503 });
    }
    answer = say(active());
    expect(await verify(TOKEN)).toMatchObject({ subject: 'alice' });
  });

  it('is said at once after three in a row, without asking', async () => {
    answer = say({}, 500);
    const told: unknown[] = [];
    const verify = introspection(options({ onEvent: (event: unknown) => told.push(event) }));
    for (let count = 0; count < 3; count += 1) await failure(verify(TOKEN));
    expect(await failure(verify(TOKEN))).toBeInstanceOf(StoreUnavailableError);
    expect(told).toContainEqual({ type: 'store_failed', store: 'introspection', failure: 'error' });
    expect(told.length).toBeGreaterThanOrEqual(4);
  });

  it('of headers that cannot be made', async () => {
    const headers = () => Promise.reject(new Error('vault'));
    const verify = introspection({ ...without, endpoint, headers });
    expect(await failure(verify(TOKEN))).toBeInstanceOf(StoreUnavailableError);
    expect(asked).toEqual([]);
  });
});

it.each<[string, object, string]>([
  ['a misspelt option', { aud: 'x' }, 'unknown option "aud"'],
  ['plain http elsewhere', { endpoint: 'http://issuer.example/introspect' }, '"endpoint" must be'],
  ['hosts without ports', { allowHttp: ['keycloak'] }, '"allowHttp" must be'],
  ['no secret', { clientSecret: undefined }, '"clientId" must be given with "clientSecret"'],
  ['an empty secret', { clientSecret: '' }, '"clientId" must be'],
  ['no client', { clientId: undefined }, '"clientId" must be'],
  ['an empty client', { clientId: '' }, '"clientId" must be'],
  ['headers beside a client', { headers: {} }, '"headers" must be left out'],
  ['headers beside a secret', { headers: {}, clientId: undefined }, '"headers" must be left out'],
  ['headers of text', { headers: 'x', clientId: undefined, clientSecret: undefined }, '"headers" must be an'],
  ['no issuer', { issuer: '' }, '"issuer" must be'],
  ['no audience', { audience: undefined }, '"audience" must be'],
  ['an empty list of audiences', { audience: [] }, '"audience" must be'],
  ['an audience that is empty', { audience: [''] }, '"audience" must be'],
  ['an untimed that is text', { untimed: 'yes' }, '"untimed" must be'],
  ['a negative tolerance', { clockTolerance: -1 }, '"clockTolerance" must be'],
  ['an endless tolerance', { clockTolerance: Infinity }, '"clockTolerance" must be'],
  ['no time', { timeoutMs: 0 }, '"timeoutMs" must be'],
  ['a part of a byte', { maxBytes: 1.5 }, '"maxBytes" must be'],
  ['more time than a timer holds', { timeoutMs: 2 ** 31 }, '"timeoutMs" must be'],
  ['a fetch that is none', { fetch: true }, '"fetch" must be a function'],
])('%s is refused at mount', (_, wrong, words) => {
  expect(() => introspection(options(wrong))).toThrow(words);
});

it('asks in plain http where the host is spelled, by the fetch and the clock that are given', async () => {
  const urls: string[] = [];
  const verify = introspection(
    options({
      endpoint: 'http://keycloak:8080/introspect',
      allowHttp: ['keycloak:8080'],
      fetch: (url: string) => {
        urls.push(url);
        return Promise.resolve(new Response(JSON.stringify(active({ exp: 100, iat: 1 }))));
      },
      now: () => 50_000,
    }),
  );
  expect(await verify(TOKEN)).toMatchObject({ expiresAt: 100 });
  expect(urls).toEqual(['http://keycloak:8080/introspect']);
});

it('serves an app, as the recipe has it: asked once for what is repeated, refused once revoked', async () => {
  const revocations = revocationFeed({ store: memoryRevocations() });
  await revocations.prewarm();
  const app = createApp(options(), revocations);
  const me = (token = TOKEN) => request(app).get('/api/me').set('Authorization', `Bearer ${token}`);
  answer = say(active({ sid: 'sess_1' }));
  await me().expect(200, { of: 'alice', scopes: ['read', 'write'] });
  await me().expect(200);
  expect(asked).toHaveLength(1);
  await revocations.revoke([{ by: 'sid', issuer: ISSUER, value: 'sess_1' }]);
  await me().expect(401);
  answer = say({ active: false });
  await me('other').expect(401).expect('WWW-Authenticate', 'Bearer realm="api", error="invalid_token"');
  answer = say({}, 500);
  await me('third').expect(503).expect('Retry-After', '1');
  revocations.close();
});

it('counts questions that the server refuses against the address, while it answers others', async () => {
  const verifier = introspection(options());
  const app = await listening(
    express()
      .use(rateLimit({ by: 'address', perMinute: 5 }), authenticate({ verifier }))
      .use((_request, response) => void response.json({}))
      .use(problemDetails({ onError: () => undefined })),
  );
  const me = async (token: string) =>
    (await fetch(app.url, { headers: { Authorization: `Bearer ${token}` } })).status;
  const statuses = async (round: string) => {
    const found = new Set<number>();
    for (let count = 0; count < 8; count += 1) found.add(await me(round + String(count)));
    return [...found];
  };
  answer = say({}, 403);
  // It refuses everybody: this server is what it does not like.
  expect(await statuses('a')).toEqual([503]);
  answer = say(active());
  expect(await me('good')).toBe(200);
  answer = say({}, 429);
  expect(await statuses('b')).toEqual([503]);
  answer = say({}, 403);
  expect(await statuses('c')).toEqual([503, 429]);
  await app.close();
});

it.each([
  ['neither exp nor iat', { exp: undefined, iat: undefined }, false],
  ['iat alone', { exp: undefined }, true],
  ['exp alone', { iat: undefined }, true],
])('of a token that tells %s a revocation is not outlived', async (_, told, isAccepted) => {
  answer = say(active(told));
  expect((await failure(introspection(options())(TOKEN))) === undefined).toBe(isAccepted);
  expect(await introspection(options({ untimed: true }))(TOKEN)).toMatchObject({ subject: 'alice' });
});
