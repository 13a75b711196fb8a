import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { remoteKeys, type RemoteKeysOptions, type SallyportEvent } from 'sallyport';
import { selfSigned } from '../../support/certificate';
import { cleanUp, later } from '../../support/clean-up';

afterEach(cleanUp);

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  later(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const http = async (listener: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await portOf(createServer(listener))}`;

/** The one event that a first, failed attempt is told with. */
async function failureOf(options: RemoteKeysOptions): Promise<SallyportEvent | undefined> {
  const events: SallyportEvent[] = [];
  const keys = remoteKeys({ ...options, onEvent: (event) => events.push(event) });
  await expect(keys.prewarm()).rejects.toMatchObject({ code: 'keys_unavailable' });
  keys.close();
  expect(events).toHaveLength(1);
  return events[0];
}

describe('what is told of keys that cannot be read', () => {
  it.each([401, 403, 404, 500])('says the status %d and the address without its query', async (status) => {
    const origin = await http((_, response) => void response.writeHead(status).end());
    expect(await failureOf({ jwksUri: `${origin}/jwks?code=hush` })).toEqual({
      type: 'keys_failed',
      source: `${origin}/jwks`,
      failure: 'status',
      failures: 1,
      unusable: [],
      address: `${origin}/jwks`,
      status,
    });
  });

  it('says where a redirect leads, without query and userinfo, whether it is relative or not', async () => {
    const origin = await http(({ url }, response) => {
      const location = url === '/jwks' ? '/moved?code=hush' : 'https://ada:hush@other.test/keys?hush#hush';
      response.writeHead(307, { location }).end();
    });
    const moved = { failure: 'redirect', status: 307, location: `${origin}/moved` };
    expect(await failureOf({ jwksUri: `${origin}/jwks` })).toMatchObject(moved);
    const away = { failure: 'redirect', status: 307, location: 'https://other.test/keys' };
    expect(await failureOf({ jwksUri: `${origin}/other` })).toMatchObject(away);
  });

  it('says that a redirect leads nowhere, or is hidden by the runtime, by leaving out what is not known', async () => {
    const origin = await http((_, response) => void response.writeHead(302).end());
    const event = await failureOf({ jwksUri: `${origin}/jwks` });
    expect(event).toMatchObject({ failure: 'redirect', status: 302 });
    expect(event).toHaveProperty('location', undefined);
    const opaque = Response.error();
    const hidden = await failureOf({ jwksUri: `${origin}/jwks`, fetch: () => Promise.resolve(opaque) });
    expect(hidden).toMatchObject({ failure: 'redirect', address: `${origin}/jwks` });
    expect(hidden).toHaveProperty('status', undefined);
  });

  it('says the system error of a refused connection', async () => {
    const server = createServer();
    const port = await portOf(server);
    await new Promise((closed) => server.close(closed));
    const jwksUri = `http://127.0.0.1:${port}/jwks`;
    expect(await failureOf({ jwksUri })).toMatchObject({
      failure: 'unreachable',
      systemCode: 'ECONNREFUSED',
      address: jwksUri,
    });
  });

  it('says the system error of a certificate that nobody here trusts', async () => {
    const jwksUri = `https://127.0.0.1:${await portOf(createTlsServer(selfSigned()))}/jwks`;
    expect(await failureOf({ jwksUri })).toMatchObject({
      failure: 'unreachable',
      systemCode: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });

  it.each([0, 1, 4])('says the system error that an injected fetch wraps %d times', async (times) => {
    let error: Error = Object.assign(new Error('broken'), { code: 'ENOTFOUND' });
    for (let count = 0; count < times; count += 1) error = new Error('broken', { cause: error });
    const fetch = (): Promise<Response> => Promise.reject(error);
    const event = await failureOf({ jwksUri: 'https://issuer.test/jwks', fetch });
    expect(event).toMatchObject({ failure: 'unreachable', systemCode: 'ENOTFOUND' });
  });

  it.each<[string, Error]>([
    ['no error at all', 'broken' as unknown as Error],
    ['an error without a code', new Error('broken')],
    ['a code that is a number', Object.assign(new Error('broken'), { code: 7 })],
    ['a code that is a sentence', Object.assign(new Error('broken'), { code: 'token eyJhbGciOi' })],
    ['causes in a circle', circular()],
  ])('says no system error of a fetch that fails with %s', async (_, thrown: Error) => {
    const fetch = (): Promise<Response> => Promise.reject(thrown);
    const event = await failureOf({ jwksUri: 'https://issuer.test/jwks', fetch });
    expect(event).toMatchObject({ failure: 'unreachable', address: 'https://issuer.test/jwks' });
    expect(event).toHaveProperty('systemCode', undefined);
    expect(JSON.stringify(event)).not.toContain('broken');
  });

  it.each<[string, string | undefined, unknown]>([
    ['a missing slash', 'https://issuer.test/', 'https://issuer.test/'],
    ['a long one', 'x'.repeat(200), 'x'.repeat(300)],
    ['control characters', 'ab[31mc', 'a\u0000b\u001b[31m\u2028\u202ec\u007f'],
    ['a list', '["https://issuer.test"]', ['https://issuer.test']],
    ['half a character at the cut', `${'x'.repeat(199)}\ufffd`, `${'x'.repeat(199)}😀`],
    ['null', 'null', null],
    ['none', undefined, undefined],
  ])('says both issuers where the document names %s', async (_, received, named) => {
    const document = { issuer: named, jwks_uri: 'https://issuer.test/jwks' };
    const event = await failureOf({
      issuer: 'https://issuer.test',
      fetch: () => Promise.resolve(Response.json(document)),
    });
    expect(event).toMatchObject({
      failure: 'discovery_issuer',
      address: 'https://issuer.test/.well-known/openid-configuration',
      expected: 'https://issuer.test',
    });
    expect(event).toHaveProperty('received', received);
  });

  it.each([
    ['in plain http', 'http://ada:hush@keys.test/jwks?hush', 'http://keys.test/jwks'],
    ['that is relative', '/jwks', '/jwks'],
  ])('says the address of keys %s', async (_, uri, received) => {
    const document = { issuer: 'https://issuer.test', jwks_uri: uri };
    const fetch = () => Promise.resolve(Response.json(document));
    expect(await failureOf({ issuer: 'https://issuer.test', fetch })).toMatchObject({
      failure: 'discovery_jwks_uri',
      received,
    });
  });

  it.each<[string, string]>([
    ['not_json', '<html>'],
    ['not_a_key_set', '{}'],
    ['no_usable_keys', '{"keys":[]}'],
  ])('says of %s which document it was', async (failure, text) => {
    const fetch = (url: string) =>
      Promise.resolve(
        url.endsWith('/openid-configuration')
          ? Response.json({ issuer: 'https://issuer.test', jwks_uri: 'https://keys.test/set?hush' })
          : new Response(text),
      );
    const event = await failureOf({ issuer: 'https://issuer.test', fetch });
    expect(event).toMatchObject({ source: 'https://issuer.test', failure, address: 'https://keys.test/set' });
  });

  it('says which of two documents did not come in time', async () => {
    const event = await failureOf({
      issuer: 'https://issuer.test',
      timeoutMs: 20,
      fetch: (url) =>
        url.endsWith('/openid-configuration')
          ? Promise.resolve(
              Response.json({ issuer: 'https://issuer.test', jwks_uri: 'https://keys.test/set' }),
            )
          : new Promise(() => undefined),
    });
    expect(event).toMatchObject({ failure: 'timeout', address: 'https://keys.test/set' });
  });
});

function circular(): Error {
  const error = new Error('broken');
  error.cause = error;
  return error;
}
