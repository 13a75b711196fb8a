import { readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { remoteKeys, type RemoteKeysOptions, type SallyportEvent } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import { cleanUp, later, temporaryFolder } from '../../support/clean-up';
import { oversleep, stopTime } from '../../support/fake-time';

const test = createTestIssuer({ algorithms: ['ES256'], kid: 'k' });

afterEach(async () => {
  await cleanUp();
  jest.useRealTimers();
});

/** A key server, with the headers of each request that it got. */
async function keyServer(answer: (path: string, origin: string) => unknown = () => test.jwks()) {
  const got: IncomingHttpHeaders[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    got.push(headers);
    response.end(JSON.stringify(answer(url, origin)));
  }).listen(0, '127.0.0.1');
  later(() => void server.close());
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { got, origin, server };
}

function source(options: RemoteKeysOptions) {
  const events: SallyportEvent[] = [];
  const keys = remoteKeys({ ...options, onEvent: (event) => events.push(event) });
  later(() => keys.close());
  return { keys, events };
}

it('sends the headers of an object, and asks for JSON whatever they say', async () => {
  const { got, origin } = await keyServer();
  const headers = { Authorization: 'Bearer hush', accept: 'text/html', Connection: 'keep-alive' };
  await source({ jwksUri: `${origin}/jwks`, headers }).keys.prewarm();
  const accept = 'application/json, application/jwk-set+json';
  expect(got).toMatchObject([{ authorization: 'Bearer hush', accept, connection: 'close' }]);
});

it('asks a function before each fetch, as for the token of a Kubernetes pod, which is renewed on the disk', async () => {
  stopTime();
  const { got, origin } = await keyServer();
  const path = join(temporaryFolder(), 'token');
  await writeFile(path, 'first\n');
  const { keys } = source({
    jwksUri: `${origin}/openid/v1/jwks`,
    headers: async () => ({ authorization: `Bearer ${(await readFile(path, 'utf8')).trim()}` }),
  });
  await keys.prewarm();
  await writeFile(path, 'second\n');
  oversleep(601);
  await keys.prewarm();
  expect(got.map(({ authorization }) => authorization)).toEqual(['Bearer first', 'Bearer second']);
});

it('sends them to the issuer for discovery and keys, and to no other origin that it names', async () => {
  const elsewhere = await keyServer();
  const own = await keyServer((path, origin) =>
    path.startsWith('/.well-known/')
      ? { issuer: origin, jwks_uri: far ? `${elsewhere.origin}/jwks` : `${origin}/jwks` }
      : test.jwks(),
  );
  let far = false;
  const headers = { authorization: 'Bearer hush' };
  await source({ issuer: own.origin, headers }).keys.prewarm();
  expect(own.got.map(({ authorization }) => authorization)).toEqual(['Bearer hush', 'Bearer hush']);
  far = true;
  await source({ issuer: own.origin, headers }).keys.prewarm();
  expect(elsewhere.got).toHaveLength(1);
  expect(elsewhere.got[0]).not.toHaveProperty('authorization');
});

it('sends them nowhere that a redirect leads', async () => {
  const elsewhere = await keyServer();
  const { origin, server } = await keyServer();
  server.removeAllListeners('request').on('request', (_, response) => {
    response.writeHead(307, { location: `${elsewhere.origin}/jwks` }).end();
  });
  const { keys } = source({ jwksUri: `${origin}/jwks`, headers: { authorization: 'Bearer hush' } });
  await expect(keys.prewarm()).rejects.toMatchObject({ code: 'keys_unavailable' });
  expect(elsewhere.got).toEqual([]);
});

it.each<[string, () => unknown, object]>([
  [
    'throws',
    () => {
      throw new Error('hush');
    },
    {},
  ],
  ['cannot read its file', () => readFile('/nowhere/token'), { systemCode: 'ENOENT' }],
  ['gives nothing', () => undefined, {}],
  ['gives text', () => 'Bearer hush', {}],
  ['gives a value with a line break', () => ({ authorization: 'Bearer hush\n' }), {}],
  ['gives a value that is no text', () => ({ authorization: 7 }), {}],
  ['gives a name that is none', () => ({ 'Bearer hush': 'x' }), {}],
])('a function that %s is a failure that says no more, and nothing is sent', async (_, make, details) => {
  const { got, origin } = await keyServer();
  const { keys, events } = source({ jwksUri: `${origin}/jwks`, headers: make as never });
  const error: unknown = await keys.prewarm().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ status: 503, code: 'keys_unavailable' });
  expect(events).toMatchObject([
    { type: 'keys_failed', failure: 'headers', address: `${origin}/jwks`, ...details },
  ]);
  expect(JSON.stringify([events, keys.state(), (error as { detail: string }).detail])).not.toContain('hush');
  expect(got).toEqual([]);
});

it('a function that never answers ends with the attempt', async () => {
  const jwksUri = 'https://issuer.test/jwks';
  const { keys, events } = source({ jwksUri, timeoutMs: 20, headers: () => new Promise(() => undefined) });
  await expect(keys.prewarm()).rejects.toMatchObject({ code: 'keys_unavailable' });
  expect(events).toMatchObject([{ failure: 'timeout' }]);
});

it.each([
  ['text', 'Bearer hush'],
  ['a list', ['Bearer hush']],
  ['null', null],
  ['a value with a line break', { authorization: 'Bearer hush\r\nx: y' }],
  ['a value that is no text', { authorization: 7 }],
  ['an empty name', { '': 'x' }],
])('throws at mount for %s, and does not repeat it', (_, headers) => {
  const mount = () => remoteKeys({ jwksUri: 'https://issuer.test/jwks', headers } as never);
  expect(mount).toThrow('"headers"');
  expect(mount).not.toThrow('hush');
});

it('leaves no connection open behind it, which a process that is frozen would find dead', async () => {
  const { origin, server } = await keyServer();
  const { keys } = source({ jwksUri: `${origin}/jwks` });
  const closed = new Promise((resolve) =>
    server.once('connection', (socket) => socket.once('close', resolve)),
  );
  await keys.prewarm();
  await closed;
});
