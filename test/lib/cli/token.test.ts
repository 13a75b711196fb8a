import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { jwtVerifier } from 'sallyport';
import { startTestIssuer } from 'sallyport/testing';
import { sallyport } from './support/command-line';
import { serving } from './support/serving';

let local: Awaited<ReturnType<typeof serving>>;

beforeAll(async () => {
  local = await serving();
});

afterAll(() => local.stop());

describe('token --serve', () => {
  it('says how it is trusted, and shows a token that is', async () => {
    const { issuer, printed } = local;
    expect(printed).toContain(
      `sallyport({ issuer: '${issuer}', audience: 'test-audience', users: memoryUsers() })`,
    );
    expect(printed).toContain(`AUTH_ISSUER=${issuer} AUTH_AUDIENCE=test-audience npm start`);
    const [token = ''] = /eyJ\S+/.exec(printed) ?? [];
    const auth = await jwtVerifier({ issuer, audience: 'test-audience' })(token);
    expect(auth.subject).toBe('user_1');
  });

  it('tells programs in one line', async () => {
    const { issuer, printed, stop } = await serving([
      '--json',
      '--audience',
      'a',
      '--audience',
      'b',
      '--sub',
      'user_ada',
    ]);
    const told = JSON.parse(printed);
    expect(told).toMatchObject({ issuer, audience: ['a', 'b'] });
    expect(await jwtVerifier({ issuer, audience: 'b' })(told.token)).toMatchObject({ subject: 'user_ada' });
    await stop();
  });

  it('ends when it is told to, with its keys', async () => {
    const { issuer, stop } = await serving();
    expect(await stop()).toMatchObject({ code: 0 });
    await expect(fetch(issuer)).rejects.toThrow();
  });

  it('says that its port is taken', async () => {
    const port = new URL(local.issuer).port;
    const { code, err } = await sallyport(['token', '--serve', '--port', port]);
    expect(err).toBe(`The local issuer cannot listen on port ${port} (EADDRINUSE). Give another --port.\n`);
    expect(code).toBe(1);
  });

  it('is there for this address alone', async () => {
    await expect(fetch(local.issuer.replace('127.0.0.1', '127.0.0.2'))).rejects.toThrow();
  });

  it.each([
    ['a page in a browser', { origin: 'https://evil.example' }],
    ['a name that was given our address', { host: 'evil.example' }],
  ])('has no token for %s', async (_name, headers) => {
    expect(await status(local.issuer, headers)).toMatch(/^HTTP\/1\.1 403 /);
  });

  it.each([
    ['POST', '/token', '[]', 400],
    ['POST', '/token', '{', 400],
    ['POST', '/token', `"${'a'.repeat(70_000)}"`, 400],
    ['POST', '/token', '', 200],
    ['GET', '/token', undefined, 404],
    ['GET', '/', undefined, 404],
    ['POST', '/', '{}', 404],
    ['DELETE', '/jwks', undefined, 404],
  ])('answers %s %s', async (method, path, body, expected) => {
    const response = await fetch(local.issuer + path, { method, ...(body !== undefined && { body }) });
    expect(response.status).toBe(expected);
  });
});

describe('token --serve goes on', () => {
  const deep = `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;

  it.each([
    ['claims that are nested too deep to be written', `Content-Length: ${deep.length}\r\n\r\n${deep}`],
    ['a body that breaks off', 'Content-Length: 100\r\n\r\n{'],
  ])('after %s', async (_name, rest) => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const client = connect(Number(new URL(local.issuer).port), '127.0.0.1');
    client.write(`POST /token HTTP/1.1\r\nHost: 127.0.0.1\r\n${rest}`);
    if (rest.endsWith('{')) client.end();
    await once(client.resume(), 'close');
    expect((await fetch(`${local.issuer}/token`, { method: 'POST' })).status).toBe(200);
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe('token', () => {
  const ask = (...args: string[]) => sallyport(['token', '--issuer', local.issuer, ...args]);

  it('prints a token and nothing else, with the claims that are asked for', async () => {
    const { code, out } = await ask(
      ...[
        '--sub',
        'user_ada',
        '--scope',
        'notes:read notes:write',
        '--audience',
        'api',
        '--expires-in',
        '60',
      ],
      ...['--claim', 'realm_access={"roles":["admin"]}', '--claim', 'org=acme', '--claim', 'plan=3'],
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const auth = await jwtVerifier({ issuer: local.issuer, audience: 'api' })(out.trim());
    expect(auth).toMatchObject({
      subject: 'user_ada',
      scopes: ['notes:read', 'notes:write'],
      payload: { org: 'acme', plan: 3, realm_access: { roles: ['admin'] } },
    });
    expect(auth.expiresAt).toBeLessThan(Date.now() / 1000 + 61);
  });

  it('makes an expired one, and one for several audiences', async () => {
    const { out } = await ask('--claim', 'exp=1', '--audience', 'a', '--audience', 'b', '--json');
    const { issuer, token } = JSON.parse(out);
    expect(issuer).toBe(local.issuer);
    await expect(jwtVerifier({ issuer, audience: 'b' })(token)).rejects.toMatchObject({ reason: 'expired' });
  });

  it('says how to start an issuer where there is none', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const { code, out, err } = await sallyport(['token', '--port', String(port)]);
    expect(err).toContain(
      `http://127.0.0.1:${port}. Start one in another terminal: npx sallyport token --serve`,
    );
    expect(out).toBe('');
    expect(code).toBe(1);
  });

  it('says that another server is no local issuer', async () => {
    const other = await startTestIssuer();
    const { code, out, err } = await sallyport(['token', '--issuer', other.issuer]);
    await other.close();
    expect(err).toBe(
      `The server at ${other.issuer} is not a local issuer. Start one on another port: npx sallyport token --serve --port 4001\n`,
    );
    expect(out).toBe('');
    expect(code).toBe(1);
  });

  it('repeats nothing of another server that could steer a terminal', async () => {
    for (const status of [200, 400]) {
      const other = createHttpServer((_request, response) => {
        response.writeHead(status).end('There is no such token: \u001b[2J');
      }).listen(0, '127.0.0.1');
      await once(other, 'listening');
      const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
      const { out, err } = await sallyport(['token', '--issuer', address, '--kind', 'id']);
      other.closeAllConnections();
      other.close();
      expect(err).toContain('is not a local issuer');
      expect(out + err).not.toContain('\u001b');
    }
  });
});

/** The first line of the answer to a request with these headers, which `fetch` would not send. */
async function status(issuer: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const { hostname, port, host } = new URL(issuer);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries({ host, 'content-length': '0', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.write(`POST /token HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return chunk.toString();
}
