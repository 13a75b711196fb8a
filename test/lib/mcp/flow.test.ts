import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { memoryRevocations, revocationFeed, type Revocations } from 'sallyport';
import {
  startAuthorizationServer,
  type AuthorizationServer,
} from '../../../scripts/mcp/authorization-server';
import { connectClient, type NotesClient } from '../../../scripts/mcp/notes-client';
import { startNotesServer, type StartedNotesServer } from '../../../scripts/mcp/start-notes-server';

/** Of the flow: `POST /mcp 401`. */
let exchanges: string[];
/** Of each answer. */
let answers: { readonly request: Request; readonly response: Response }[];
let issuer: AuthorizationServer;
let revocations: Revocations & { close(): void };
let server: StartedNotesServer;
const open: NotesClient[] = [];

beforeEach(async () => {
  exchanges = [];
  answers = [];
  issuer = await startAuthorizationServer();
  revocations = revocationFeed({ store: memoryRevocations() });
  await revocations.prewarm();
  server = await startNotesServer({ issuer: issuer.issuer, revocations });
});
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
  await server.close();
  revocations.close();
  await issuer.close();
});

async function connect(): Promise<NotesClient> {
  const client = await connectClient({
    url: `${server.url}/mcp`,
    onExchange: (request, response) => {
      answers.push({ request, response });
      exchanges.push(`${request.method} ${new URL(request.url).pathname} ${String(response.status)}`);
    },
  });
  open.push(client);
  return client;
}

const failureOf = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);
const lastAnswer = () => answers[answers.length - 1]!;

it("the SDK's client finds the issuer, registers, authorizes with PKCE and calls tools", async () => {
  const { call, tokens } = await connect();
  expect(exchanges.slice(0, 5)).toEqual([
    'POST /mcp 401',
    'GET /.well-known/oauth-protected-resource/mcp 200',
    'GET /.well-known/oauth-authorization-server 200',
    'POST /register 201',
    'GET /authorize 302',
  ]);
  expect(answers[0]?.response.headers.get('www-authenticate')).toBe(
    `Bearer realm="api", resource_metadata="${server.url}/.well-known/oauth-protected-resource/mcp"`,
  );
  const asked = new URL(answers[4]?.request.url ?? '').searchParams;
  expect(asked.get('resource')).toBe(`${server.url}/mcp`);
  expect(asked.get('code_challenge_method')).toBe('S256');
  expect(exchanges).toContain('POST /token 200');
  expect(tokens()?.scope).toBe('notes:read notes:write');
  expect(await call('add_note', { note: 'water the ferns' })).toBe('kept for ada');
  expect(await call('list_notes')).toBe('water the ferns');
});

it('an issuer that is down is 503, and the client keeps its tokens', async () => {
  const { call, tokens } = await connect();
  const { access_token: before } = tokens()!;
  issuer.fail();
  expect(await call('list_notes')).toEqual(expect.any(String));

  server.restart();
  const failure = await failureOf(call('list_notes'));
  expect(failure).toBeInstanceOf(StreamableHTTPError);
  expect(failure).toMatchObject({ code: 503, message: expect.stringContaining('keys_unavailable') });
  const { response } = lastAnswer();
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(response.headers.get('www-authenticate')).toBeNull();
  expect(tokens()?.access_token).toBe(before);

  issuer.recover();
  // The key source asks again after its backoff; the client, which kept its token, is no longer refused.
  for (;;) {
    const next = await failureOf(call('list_notes'));
    if ((next as { code?: number }).code === 404) break;
    expect(next).toMatchObject({ code: 503 });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(lastAnswer().request.headers.get('authorization')).toBe(`Bearer ${before}`);
});

it('a revoked caller is refused in the middle of a session, and must authorize again', async () => {
  const { call, tokens } = await connect();
  const { access_token: token } = tokens()!;
  expect(await call('add_note', { note: 'one' })).toBe('kept for ada');
  const { jti } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    jti: string;
  };
  await revocations.revoke([{ by: 'jti', issuer: issuer.issuer, value: jti }]);
  expect(await failureOf(call('list_notes'))).toBeInstanceOf(UnauthorizedError);
  expect(exchanges).toContain('POST /mcp 401');
});

it('a tool that needs a further scope says so, and the client gets it', async () => {
  issuer.signIn('ada', ['notes:read']);
  const { call, tokens, authorize } = await connect();
  expect(await call('list_notes')).toEqual(expect.any(String));
  issuer.signIn('ada');
  expect(await failureOf(call('add_note', { note: 'two' }))).toBeInstanceOf(UnauthorizedError);
  const refusal = answers.find(({ response: { status } }) => status === 403);
  expect(refusal?.response.headers.get('www-authenticate')).toBe(
    'Bearer realm="api", error="insufficient_scope", scope="notes:read notes:write", ' +
      `resource_metadata="${server.url}/.well-known/oauth-protected-resource/mcp"`,
  );
  await authorize();
  expect(tokens()?.scope).toBe('notes:read notes:write');
  expect(await call('add_note', { note: 'two' })).toBe('kept for ada');
});
