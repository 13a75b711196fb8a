import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import express, { type RequestHandler } from 'express';
import {
  authOf,
  cached,
  jwtVerifier,
  KeysUnavailableError,
  problemDetails,
  protectedResource,
  sallyport,
  userOf,
  memoryUsers,
  memoryRevocations,
  revocationFeed,
} from 'sallyport';
import {
  authInfoOf,
  bearerAuth,
  endStreams,
  mcpRequest,
  mcpSessions,
  requireToolScope,
  SessionNotFoundError,
} from 'sallyport/mcp';
import { createTestIssuer } from 'sallyport/testing';
import { listening, type Listening } from '../../support/listening';
import { rawHttp } from '../../support/raw-http';
import { send } from '../../support/send';

const RESOURCE = 'https://notes.example/mcp';
const issuer = createTestIssuer({ audience: RESOURCE });
const { keys, issuer: name } = issuer;
const servers: Listening[] = [];
afterEach(async () => {
  issuer.recover();
  for (const server of servers.splice(0)) await server.close();
});

async function serve(...handlers: RequestHandler[]): Promise<string> {
  const app = express().use(...handlers);
  app.use(problemDetails({ onError: () => undefined }));
  const server = await listening(app);
  servers.push(server);
  return server.url;
}

const as = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

describe('protectedResource', () => {
  const options = { resource: RESOURCE, authorizationServers: [name] };

  it('serves the metadata where the path of the resource is inserted, for every origin', async () => {
    const notes = protectedResource({ ...options, scopes: ['notes:read'], name: 'Notes' });
    expect(notes.metadataUrl).toBe('https://notes.example/.well-known/oauth-protected-resource/mcp');
    const url = `${await serve(notes)}/.well-known/oauth-protected-resource/mcp`;
    const { status, headers, body } = await send(url);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        resource: RESOURCE,
        authorization_servers: [name],
        scopes_supported: ['notes:read'],
        bearer_methods_supported: ['header'],
        resource_name: 'Notes',
      },
    });
    expect(headers['access-control-allow-origin']).toBe('*');
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
    const preflight = await send(url, { method: 'OPTIONS' });
    expect([preflight.status, preflight.headers['access-control-allow-headers']]).toEqual([204, '*']);
    const post = await send(url, { method: 'POST' });
    expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it.each([
    ['https://api.example', 'https://api.example/.well-known/oauth-protected-resource'],
    ['https://api.example/', 'https://api.example/.well-known/oauth-protected-resource'],
    ['https://api.example/v1/', 'https://api.example/.well-known/oauth-protected-resource/v1/'],
    ['https://api.example:8443/a/b', 'https://api.example:8443/.well-known/oauth-protected-resource/a/b'],
  ])('of %s is at %s', (resource, metadataUrl) => {
    expect(protectedResource({ ...options, resource }).metadataUrl).toBe(metadataUrl);
  });

  it('is named by the challenges to requests for it alone', async () => {
    const port = sallyport({ issuer: name, audience: null, keys });
    const notes = protectedResource(options);
    const files = protectedResource({ ...options, resource: 'https://notes.example/files', path: '/stored' });
    const url = await serve(notes, files, port);
    const challengeAt = async (path: string) => (await send(url + path)).headers['www-authenticate'];
    const named = (path: string) =>
      `Bearer realm="api", resource_metadata="https://notes.example/.well-known/oauth-protected-resource${path}"`;
    expect(await challengeAt('/mcp')).toBe(named('/mcp'));
    expect(await challengeAt('/mcp/deeper?x=1')).toBe(named('/mcp'));
    expect(await challengeAt('/MCP')).toBe(named('/mcp'));
    expect(await challengeAt('/stored/a')).toBe(named('/files'));
    expect(await challengeAt('/mcp2')).toBe('Bearer realm="api"');
    expect(await challengeAt('/')).toBe('Bearer realm="api"');
    port.close();
  });

  it.each([
    [{ resource: 'http://notes.example/mcp' }, /"resource"/],
    [{ resource: 'https://notes.example/mcp#a' }, /"resource"/],
    [{ resource: 'https://notes.example/mcp?' }, /"resource"/],
    [{ resource: 'https://u:p@notes.example/mcp' }, /"resource"/],
    [{ resource: 'https://NOTES.example/mcp' }, /spelled as clients will: "https:\/\/notes.example\/mcp"/],
    [{ resource: 7 }, /"resource"/],
    [{ authorizationServers: [] }, /"authorizationServers"/],
    [{ authorizationServers: ['issuer'] }, /"authorizationServers"/],
    [{ scopes: ['a b'] }, /"scopes"/],
    [{ path: 'mcp' }, /"path"/],
    [{ name: '' }, /"name"/],
    [{ scope: 'a' }, /unknown option "scope"/],
  ])('refuses %j at mount', (wrong, message) => {
    expect(() => protectedResource({ ...options, ...(wrong as object) })).toThrow(message);
  });
});

describe('bearerAuth', () => {
  const verifier = cached(jwtVerifier({ issuer: name, audience: null, keys }));
  const guarded = (how: Parameters<typeof requireBearerAuth>[0] | object = {}) =>
    bearerAuth({ verifier, resource: RESOURCE }, (mine) => requireBearerAuth({ verifier: mine, ...how }));
  const answer: RequestHandler = (request, response) => {
    response.json((request as { auth?: unknown }).auth);
  };

  it('gives requireBearerAuth what it hands to tools, without the token', async () => {
    const url = await serve(guarded({ expectedResource: RESOURCE }), answer);
    const token = issuer.token({ sub: 'ada', scope: 'a b', client_id: 'cli' });
    const { status, body } = await send(url, as(token));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      token: '',
      clientId: 'cli',
      scopes: ['a', 'b'],
      resource: RESOURCE,
      extra: { issuer: name, subject: 'ada', claims: { sub: 'ada' } },
    });
  });

  it('keeps an outage a 503 with Retry-After, which that middleware alone makes a 500', async () => {
    const alone = await serve(
      requireBearerAuth({
        verifier: { verifyAccessToken: () => Promise.reject(new KeysUnavailableError(3)) },
      }),
    );
    expect((await send(alone, as('x'))).status).toBe(500);
    const url = await serve(guarded(), answer);
    issuer.fail();
    const { status, headers, body } = await send(url, as(issuer.token({ sub: 'down' })));
    expect([status, body['code']]).toEqual([503, 'keys_unavailable']);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });

  it.each([
    ['expired', () => issuer.token({ exp: 1 })],
    ['of another resource', () => issuer.token({ aud: 'https://notes.example/other' })],
    ['of no resource', () => issuer.token({ aud: undefined })],
    ['bound to a key', () => issuer.token({ cnf: { jkt: 'x' } })],
    ['malformed', () => 'x'],
  ])('refuses a token that is %s, with a challenge that names the resource', async (_name, token) => {
    const url = await serve(
      protectedResource({ resource: RESOURCE, authorizationServers: [name], path: '/' }),
      guarded(),
    );
    const { status, headers, body } = await send(url, as(token()));
    expect([status, body['code']]).toEqual([401, 'invalid_token']);
    expect(headers['www-authenticate']).toBe(
      'Bearer realm="api", error="invalid_token", resource_metadata="https://notes.example/.well-known/oauth-protected-resource/mcp"',
    );
  });

  it('leaves to that middleware what it finds itself: no token, a missing scope', async () => {
    const url = await serve(guarded({ requiredScopes: ['admin'] }), answer);
    expect((await send(url)).status).toBe(401);
    expect((await send(url, as(issuer.token({ scope: 'a' })))).status).toBe(403);
  });

  it('refuses misuse at mount', () => {
    const any = undefined as never;
    expect(() => bearerAuth({ verifier: any, resource: RESOURCE }, () => answer)).toThrow(/"verifier"/);
    expect(() => bearerAuth({ verifier, resource: 'mcp' }, () => answer)).toThrow(/"resource"/);
    expect(() => bearerAuth({ verifier, resource: RESOURCE }, () => any)).toThrow(/must give a middleware/);
  });
});

describe('authInfoOf and mcpRequest', () => {
  it('give what the SDK takes, and leave our own proof readable', async () => {
    const port = sallyport({ issuer: name, audience: RESOURCE, keys, users: memoryUsers() });
    const url = await serve(
      port,
      (request, response) => {
        const info: AuthInfo = authInfoOf(request);
        const { auth } = mcpRequest(request) as { auth: AuthInfo };
        response.json({
          same: JSON.stringify(auth.extra) === JSON.stringify(info.extra),
          token: auth.token,
          of: authOf(request).subject,
          user: userOf(request).subject,
        });
      },
      port,
    );
    const { body } = await send(url, as(issuer.token({ sub: 'ada', azp: 'web' })));
    expect(body).toEqual({ same: true, token: '', of: 'ada', user: 'ada' });
    port.close();
  });

  it('are 500 where no chain is mounted', async () => {
    const url = await serve((request) => void mcpRequest(request));
    expect((await send(url)).body['code']).toBe('internal');
  });
});

describe('mcpSessions', () => {
  const port = sallyport({ issuer: name, audience: RESOURCE, keys });
  afterAll(() => {
    port.close();
  });
  let time = 0;

  /** POST / begins the session of the query; others answer the transport of theirs. */
  async function app(options: { perUser?: number; idleSeconds?: number }) {
    const closed: string[] = [];
    const sessions = mcpSessions<{ readonly id: string; close(): Promise<void> }>({
      ...options,
      now: () => time,
    });
    const url = await serve(port, (request, response) => {
      const transport = sessions.of(request);
      const { id } = request.query as { id?: string };
      if (id !== undefined) {
        sessions.open(request, id, {
          id,
          close() {
            closed.push(id);
            return Promise.reject(new Error('closes badly'));
          },
        });
      }
      response.json({ id: transport?.id ?? null });
    });
    const ask = async (sub: string, { begin, session }: { begin?: string; session?: string }) => {
      const { headers } = as(issuer.token({ sub }));
      const sent = { ...headers, ...(session !== undefined && { 'Mcp-Session-Id': session }) };
      const { status, body } = await send(begin === undefined ? url : `${url}/?id=${begin}`, {
        headers: sent,
      });
      return status === 200 ? body['id'] : `${String(status)} ${String(body['code'])}`;
    };
    return { ask, closed, sessions };
  }

  it('gives a session to the caller who opened it, and to nobody else', async () => {
    const { ask, sessions } = await app({});
    await ask('ada', { begin: 'one' });
    expect(await ask('ada', { session: 'one' })).toBe('one');
    expect(await ask('bob', { session: 'one' })).toBe('404 session_not_found');
    expect(await ask('ada', { begin: 'one' })).toBe('500 internal');
    sessions.forget('one');
    expect(await ask('ada', { session: 'one' })).toBe('404 session_not_found');
    expect(new SessionNotFoundError().status).toBe(404);
  });

  it('ends the one that was idle longest for a new one of the same caller', async () => {
    const { ask, closed, sessions } = await app({ perUser: 2 });
    await ask('bob', { begin: 'of-bob' });
    for (const begin of ['one', 'two']) await ask('ada', { begin });
    await ask('ada', { session: 'one' });
    await ask('ada', { begin: 'three' });
    expect(closed).toEqual(['two']);
    expect(sessions.size).toBe(3);
    await sessions.close();
    expect(sessions.size).toBe(0);
  });

  it('ends sessions that were idle for long', async () => {
    const { ask, closed } = await app({ idleSeconds: 60 });
    await ask('ada', { begin: 'one' });
    time += 60_000;
    await ask('bob', { begin: 'two' });
    expect(closed).toEqual(['one']);
  });

  it('refuses misuse', () => {
    expect(() => mcpSessions({ perUser: 0 })).toThrow(/"perUser"/);
    expect(() => mcpSessions({ idleSeconds: 0 })).toThrow(/"idleSeconds"/);
    expect(() => mcpSessions({ per: 1 } as never)).toThrow(/unknown option/);
  });
});

describe('requireToolScope', () => {
  it('is a bug where no body was parsed, not a pass', async () => {
    const port = sallyport({ issuer: name, audience: RESOURCE, keys });
    const url = await serve(
      port,
      requireToolScope({ a: [] }),
      (_request, response) => void response.json({}),
    );
    const { headers } = as(issuer.token());
    const post = (type: string, body: string) =>
      fetch(url, { method: 'POST', headers: { ...headers, 'Content-Type': type }, body });
    expect((await post('application/json', '{}')).status).toBe(500);
    expect((await post('application/json; charset=utf-8', '{}')).status).toBe(500);
    expect((await post('application/json', '')).status).toBe(400);
    port.close();
  });

  it("is the caller's mistake where express.json() found nothing to parse", async () => {
    const port = sallyport({ issuer: name, audience: RESOURCE, keys });
    const url = await serve(
      ...[port, express.json(), requireToolScope({ a: [] })],
      (_request, response) => void response.json({}),
    );
    const { headers } = as(issuer.token());
    const post = (type: string, rest: object) =>
      send(url, { method: 'POST', headers: { ...headers, 'Content-Type': type, ...rest } });
    // Sent without a body, and without a length.
    const bare = await rawHttp(
      url,
      `POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/json\r\nAuthorization: ${headers.Authorization}\r\n\r\n`,
    );
    expect(bare).toMatch(/^HTTP\/1.1 400 /);
    for (const type of ['application/json-seq', 'application/json, text/plain', 'text/plain'])
      expect((await post(type, { 'Transfer-Encoding': 'chunked' })).body).toMatchObject({ status: 400 });
    port.close();
  });

  it('refuses misuse at mount', () => {
    expect(() => requireToolScope({ a: ['b c'] })).toThrow(/"a" must have/);
    expect(() => requireToolScope({ a: 'b' } as never)).toThrow(/"a" must have/);
  });
});

describe('endStreams', () => {
  const revocations = revocationFeed({ store: memoryRevocations() });
  const port = sallyport({ issuer: name, audience: RESOURCE, keys, revocations });
  beforeAll(() => revocations.prewarm());
  afterAll(() => {
    port.close();
    revocations.close();
  });

  const streams = () =>
    serve(port, endStreams({ verify: port.verify, everySeconds: 0.05 }), (request, response) => {
      mcpRequest(request);
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('data: hello\n\n');
    });

  /** Resolves when the stream is over. */
  const ended = async (answer: Response): Promise<string> => {
    try {
      await answer.text();
      return 'ended';
    } catch {
      return 'cut';
    }
  };

  it('ends a stream whose token was revoked, and no other', async () => {
    const url = await streams();
    const [revoked, kept] = await Promise.all([
      fetch(url, as(issuer.token({ sub: 'ada', jti: 'gone' }))),
      fetch(url, as(issuer.token({ sub: 'bob', jti: 'kept' }))),
    ]);
    let isOver = false;
    const other = ended(kept).finally(() => (isOver = true));
    await revocations.revoke([{ by: 'jti', issuer: name, value: 'gone' }]);
    expect(await ended(revoked)).toBe('cut');
    expect(isOver).toBe(false);
    await servers.splice(0)[0]?.close();
    await other;
  });

  it('ends a stream whose token was revoked, though its caller has used up what its address may ask', async () => {
    const limited = sallyport({
      ...{ issuer: name, audience: RESOURCE, keys, revocations },
      addressLimit: { perMinute: 1 },
    });
    const url = await serve(
      limited,
      endStreams({ verify: limited.verify, everySeconds: 0.05 }),
      (request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        response.write(`data: ${authOf(request).subject}\n\n`);
      },
    );
    const answer = await fetch(url, as(issuer.token({ sub: 'eve', jti: 'flood' })));
    expect([(await send(url)).status, (await send(url)).status]).toEqual([401, 429]);
    await revocations.revoke([{ by: 'jti', issuer: name, value: 'flood' }]);
    expect(await ended(answer)).toBe('cut');
    limited.close();
  });

  it('ends a stream whose token expires', async () => {
    const url = await streams();
    const exp = Math.floor(Date.now() / 1000) - 4;
    expect(await ended(await fetch(url, as(issuer.token({ exp }))))).toBe('cut');
  });

  it('refuses misuse at mount', () => {
    expect(() => endStreams({ verify: undefined as never })).toThrow(/"verify"/);
    expect(() => endStreams({ verify: port.verify, everySeconds: 0 })).toThrow(/"everySeconds"/);
  });
});
