import { createHmac, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memoryRevocations, revocationFeed } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import { createApp } from '../../../scripts/mcp/notes-server';

const RESOURCE = 'https://notes.example/mcp';
const METADATA = 'https://notes.example/.well-known/oauth-protected-resource/mcp';
const issuer = createTestIssuer({ audience: RESOURCE });
const stranger = createTestIssuer({ issuer: issuer.issuer, audience: RESOURCE });
const other = createTestIssuer({ issuer: 'https://other.example', audience: RESOURCE });
const revocations = revocationFeed({ store: memoryRevocations() });

const ALL = 'notes:read notes:write';
const tokenOf = (sub: string, claims: object = {}, header: object = {}): string =>
  issuer.token({ sub, scope: ALL, ...claims }, { typ: 'at+jwt', ...header });
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const message = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 1, method, params });
const call = (name: string, args: object = {}) => message('tools/call', { name, arguments: args });
const ADD = call('add_note', { note: 'from an attacker' });
const INITIALIZE = message('initialize', {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'test', version: '1' },
});

// Longer headers than Node takes by itself, which would answer for us.
const server = createServer({ maxHeaderSize: 65_536 });
let url: string;
/** Of ada. */
let session: string;

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly type?: string;
}

function send({ method = 'POST', headers = {}, body = ADD, type = 'application/json' }: Sent) {
  return fetch(url, {
    method,
    headers: { Accept: 'application/json, text/event-stream', 'Content-Type': type, ...headers },
    ...(method === 'POST' && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

async function begin(sub: string): Promise<string> {
  const answer = await send({ headers: bearer(tokenOf(sub)), body: INITIALIZE });
  await answer.text();
  return answer.headers.get('mcp-session-id') ?? '';
}

const inSession = (headers: Record<string, string>): Sent => ({
  headers: { ...headers, 'Mcp-Session-Id': session },
});

/** HS256, keyed with what everybody can read. */
function confused(): string {
  const [header, payload] = [
    { alg: 'HS256', kid: issuer.signingKey().kid, typ: 'at+jwt' },
    JSON.parse(Buffer.from(tokenOf('ada').split('.')[1] ?? '', 'base64url').toString()) as object,
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')) as [string, string];
  const mac = createHmac('sha256', issuer.publicKeyPem()).update(`${header}.${payload}`).digest('base64url');
  return `${header}.${payload}.${mac}`;
}

function unsigned(): string {
  const [, payload = ''] = tokenOf('ada').split('.');
  return `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${payload}.`;
}

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

interface Row {
  readonly name: string;
  readonly sent: () => Sent | Promise<Sent>;
  /** `status code error` of the challenge. */
  readonly answer: string;
}

const rows: readonly Row[] = [
  { name: 'no token', sent: () => inSession({}), answer: '401 missing_credentials' },
  {
    name: 'a session id in place of a token',
    sent: () => inSession(bearer(session)),
    answer: '401 invalid_token invalid_token',
  },
  {
    name: 'a token in the query alone',
    sent: () => ({ headers: { 'X-Access-Token': tokenOf('ada') } }),
    answer: '401 missing_credentials',
  },
  {
    name: 'two credentials',
    sent: () => inSession({ Authorization: `Bearer ${tokenOf('ada')}, Bearer ${tokenOf('bob')}` }),
    answer: '400 invalid_request',
  },
  {
    name: 'another scheme',
    sent: () => inSession({ Authorization: `Basic ${tokenOf('ada')}` }),
    answer: '401 missing_credentials',
  },
  ...(
    [
      ['for another audience', () => tokenOf('ada', { aud: 'https://calendar.example/mcp' })],
      ['for another resource of the same host', () => tokenOf('ada', { aud: 'https://notes.example/admin' })],
      ['for the host, not the resource', () => tokenOf('ada', { aud: 'https://notes.example' })],
      ['for the resource with a slash behind', () => tokenOf('ada', { aud: `${RESOURCE}/` })],
      ['for the resource in capitals', () => tokenOf('ada', { aud: 'https://NOTES.example/mcp' })],
      ['without an audience', () => tokenOf('ada', { aud: undefined })],
      ['whose audience is no string', () => tokenOf('ada', { aud: [RESOURCE, 7] })],
      ['that names the resource in another claim', () => tokenOf('ada', { aud: 'x', resource: RESOURCE })],
      ['of another issuer', () => other.token({ sub: 'ada', scope: ALL })],
      ['that is signed by a stranger', () => stranger.token({ sub: 'ada', scope: ALL })],
      ['of typ dpop+jwt', () => tokenOf('ada', {}, { typ: 'dpop+jwt' })],
      ['of typ logout+jwt', () => tokenOf('ada', {}, { typ: 'logout+jwt' })],
      ['of typ secevent+jwt', () => tokenOf('ada', {}, { typ: 'secevent+jwt' })],
      ['with alg none', unsigned],
      ['keyed with the public key (HS256)', confused],
      [
        'with a key of its own (jwk)',
        () => tokenOf('ada', {}, { jwk: publicKey.export({ format: 'jwk' }), kid: undefined }),
      ],
      ['with crit', () => tokenOf('ada', {}, { crit: ['exp'] })],
      ['that has expired', () => tokenOf('ada', { exp: Math.floor(Date.now() / 1000) - 60 })],
      ['without exp', () => tokenOf('ada', { exp: undefined })],
      ['of the future', () => tokenOf('ada', { iat: Math.floor(Date.now() / 1000) + 3600 })],
      ['without a subject', () => tokenOf('ada', { sub: undefined })],
      ['that is bound to a key (cnf)', () => tokenOf('ada', { cnf: { jkt: 'x'.repeat(43) } })],
      ['of more than 16384 characters', () => tokenOf('ada', { padding: 'x'.repeat(16_384) })],
      ['with a changed payload', () => changed(tokenOf('bob'))],
    ] as const
  ).map(([name, token]): Row => ({
    name: `a token ${name}`,
    sent: () => inSession(bearer(token())),
    answer: '401 invalid_token invalid_token',
  })),
  {
    name: 'a token that was revoked after the session began',
    sent: async () => {
      const token = tokenOf('ada', { jti: 'stolen' });
      await revocations.revoke([{ by: 'jti', issuer: issuer.issuer, value: 'stolen' }]);
      return inSession(bearer(token));
    },
    answer: '401 invalid_token invalid_token',
  },
  {
    name: "another user's session",
    sent: () => inSession(bearer(tokenOf('mallory'))),
    answer: '404 session_not_found',
  },
  {
    name: "another user's session, to read its stream",
    sent: () => ({ ...inSession(bearer(tokenOf('mallory'))), method: 'GET' }),
    answer: '404 session_not_found',
  },
  {
    name: "another user's session, to end it",
    sent: () => ({ ...inSession(bearer(tokenOf('mallory'))), method: 'DELETE' }),
    answer: '404 session_not_found',
  },
  {
    name: "another user's session, to begin it anew",
    sent: () => ({ ...inSession(bearer(tokenOf('mallory'))), body: INITIALIZE }),
    answer: '404 session_not_found',
  },
  {
    name: 'a session that was never begun',
    sent: () => ({ headers: { ...bearer(tokenOf('ada')), 'Mcp-Session-Id': 'guessed' } }),
    answer: '404 session_not_found',
  },
  {
    name: 'a session named like a member of every object',
    sent: () => ({ headers: { ...bearer(tokenOf('ada')), 'Mcp-Session-Id': '__proto__' } }),
    answer: '404 session_not_found',
  },
  {
    name: 'a call without a session',
    sent: () => ({ headers: bearer(tokenOf('ada')) }),
    answer: '400 invalid_request',
  },
  ...(
    [
      ['a tool that its scope does not allow', ADD],
      ['a tool that its scope does not allow, in a batch', [call('list_notes'), ADD]],
      ['a tool that is not listed', call('delete_everything')],
      ['a tool without a name', message('tools/call')],
      ['a tool whose name is a list', message('tools/call', { name: ['add_note'], arguments: {} })],
      ['a tool named like a member of every object', call('constructor')],
    ] as const
  ).map(([name, body]): Row => ({
    name,
    sent: () => ({ ...inSession(bearer(tokenOf('ada', { scope: 'notes:read' }))), body }),
    answer: '403 insufficient_scope insufficient_scope',
  })),
  {
    name: 'a call as text, which the scopes would not be asked for',
    sent: () => ({ ...inSession(bearer(tokenOf('ada', { scope: 'notes:read' }))), type: 'text/plain' }),
    answer: '400 invalid_request',
  },
  {
    name: 'a call in a string',
    sent: () => ({ ...inSession(bearer(tokenOf('ada'))), body: [[ADD]] }),
    answer: '400 invalid_request',
  },
  {
    name: 'more than 100 KiB',
    sent: () => ({
      ...inSession(bearer(tokenOf('ada'))),
      body: call('add_note', { note: 'x'.repeat(200_000) }),
    }),
    answer: '413 body_too_large',
  },
];

function changed(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'ada' })).toString('base64url');
  return [header, forged, signature].join('.');
}

beforeAll(async () => {
  await revocations.prewarm();
  const { issuer: name, keys } = issuer;
  server.on('request', createApp({ issuer: name, keys, resource: RESOURCE, revocations }));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/mcp`;
  session = await begin('ada');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  revocations.close();
});

it.each(rows)('refuses $name: $answer', async ({ sent, answer }) => {
  const response = await send(await sent());
  const challenge = response.headers.get('www-authenticate');
  const [, error] = /error="([a-z_]+)"/.exec(challenge ?? '') ?? [];
  const text = await response.text();
  const { code } = JSON.parse(text) as { code: string };
  expect([response.status, code, ...(error === undefined ? [] : [error])].join(' ')).toBe(answer);
  expect(response.headers.get('cache-control')).toBe('no-store');
  if (response.status === 401 || response.status === 403)
    expect(challenge).toContain(`resource_metadata="${METADATA}"`);
  else expect(challenge).toBeNull();
  expect(text).not.toMatch(/eyJ/);

  const kept = await send({ ...inSession(bearer(tokenOf('ada'))), body: call('list_notes') });
  expect(kept.status).toBe(200);
  expect(await kept.text()).not.toContain('attacker');
});

it('has 25 rows at least', () => {
  expect(rows.length).toBeGreaterThanOrEqual(25);
});

it('keeps what the owner of the session writes', async () => {
  const own = await send({
    headers: { ...bearer(tokenOf('eve')), 'Mcp-Session-Id': await begin('eve') },
    body: call('add_note', { note: 'mine' }),
  });
  expect(await own.text()).toContain('kept for eve');
});
