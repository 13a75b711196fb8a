import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { remoteKeys, type RemoteKeysOptions } from 'sallyport';
import { createTestIssuer, startTestIssuer } from 'sallyport/testing';
import { cleanUp, later } from '../../support/clean-up';
import { pass, stopTime, until } from '../../support/fake-time';

const issuer = createTestIssuer({ algorithms: ['ES256'], kid: 'k' });

afterEach(async () => {
  await cleanUp();
  jest.useRealTimers();
});

async function serve(listener: Parameters<typeof createServer>[1]): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
}

function source(options: RemoteKeysOptions) {
  const keys = remoteKeys(options);
  later(() => keys.close());
  return keys;
}

it('stops reading at the cap, however long the body would go on', async () => {
  let over = false;
  const jwksUri = await serve((_request, response) => {
    const write = (): void => {
      while (!over && response.write(' '.repeat(65_536)));
    };
    response.on('drain', write).on('close', () => (over = true));
    write();
  });
  const keys = source({ jwksUri, timeoutMs: 60_000 });
  await expect(keys.prewarm()).rejects.toMatchObject({ code: 'keys_unavailable' });
  expect(keys.state().lastFailure).toBe('too_large');
});

it('counts what a compressed body unpacks to', async () => {
  const bomb = gzipSync(`{"keys":[],"padding":"${' '.repeat(600_000)}"}`);
  const jwksUri = await serve((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
  });
  const keys = source({ jwksUri });
  await expect(keys.prewarm()).rejects.toMatchObject({ code: 'keys_unavailable' });
  expect(keys.state().lastFailure).toBe('too_large');
});

it('reads a set of exactly the cap, and not of one byte more', async () => {
  const text = JSON.stringify(issuer.jwks());
  const jwksUri = await serve((_request, response) => void response.end(text));
  await expect(source({ jwksUri, maxBytes: text.length }).prewarm()).resolves.toBeUndefined();
  await expect(source({ jwksUri, maxBytes: text.length - 1 }).prewarm()).rejects.toThrow();
});

it('asks nobody whom a redirect names', async () => {
  const other = await startTestIssuer({ algorithms: ['ES256'] });
  later(other.close);
  const jwksUri = await serve((_request, response) => {
    response.writeHead(302, { location: other.jwksUri }).end(JSON.stringify(issuer.jwks()));
  });
  const keys = source({ jwksUri });
  await expect(keys.find('k')).rejects.toMatchObject({ code: 'keys_unavailable' });
  expect(keys.state().lastFailure).toBe('redirect');
  expect(other.fetches).toBe(0);
});

it('refuses text that is not UTF-8', async () => {
  const text = Buffer.from(JSON.stringify({ ...(issuer.jwks() as object), name: 'caf\u00e9' }), 'latin1');
  const keys = source({ jwksUri: await serve((_request, response) => void response.end(text)) });
  await expect(keys.prewarm()).rejects.toThrow();
  expect(keys.state().lastFailure).toBe('not_json');
});

it('ends its wait even when an injected fetch does not heed the signal', async () => {
  const keys = source({
    jwksUri: 'https://issuer.test/jwks',
    timeoutMs: 10,
    fetch: () => new Promise(() => undefined),
  });
  await expect(keys.prewarm()).rejects.toMatchObject({ code: 'keys_unavailable' });
  expect(keys.state().lastFailure).toBe('timeout');
});

it('ends a fetch that has run out of time, and does not leave its connection open', async () => {
  stopTime();
  const seen: string[] = [];
  const jwksUri = await serve((request) => {
    seen.push('asked');
    request.socket.once('close', () => seen.push('closed'));
  });
  const refused = expect(source({ jwksUri }).prewarm()).rejects.toMatchObject({ code: 'keys_unavailable' });
  await until(() => seen.includes('asked'));
  await pass(5);
  await refused;
  await until(() => seen.includes('closed'));
});

it('keeps what went wrong for the log and says none of it to the caller', async () => {
  const fetch = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1:443'));
  const refusal = (await source({ jwksUri: 'https://issuer.test/jwks', fetch })
    .prewarm()
    .catch((error: unknown) => error)) as { detail: string; cause: { cause: Error } };
  expect(refusal.detail).not.toMatch(/ECONNREFUSED|10\.0/);
  expect(refusal.cause.cause.message).toMatch(/ECONNREFUSED/);
});

it.each(['application/json', 'application/jwk-set+json', 'text/plain'])(
  'reads the keys of a server that has them as %s alone',
  async (type) => {
    const jwksUri = await serve(({ headers: { accept = '' } }, response) => {
      const acceptable = type === 'text/plain' || accept.split(/, ?/).includes(type);
      response.writeHead(acceptable ? 200 : 406, { 'content-type': type });
      response.end(acceptable ? JSON.stringify(issuer.jwks()) : '');
    });
    expect(await source({ jwksUri }).find('k')).toMatchObject({ kid: 'k' });
  },
);

describe('remoteKeys at mount', () => {
  const jwksUri = 'https://issuer.test/jwks';
  it.each<[string, Record<string, unknown>, string]>([
    ['no address', {}, '"issuer" and "jwksUri"'],
    ['two addresses', { jwksUri, issuer: 'https://issuer.test' }, '"issuer" and "jwksUri"'],
    ['plain http off loopback', { jwksUri: 'http://issuer.test/jwks' }, '"jwksUri"'],
    ['plain http to 0.0.0.0', { jwksUri: 'http://0.0.0.0/jwks' }, '"jwksUri"'],
    ['a host that begins like loopback', { jwksUri: 'http://127.0.0.1.attacker.test/' }, '"jwksUri"'],
    ['a host that begins like localhost', { issuer: 'http://localhost.attacker.test' }, '"issuer"'],
    ['userinfo', { jwksUri: 'https://user:secret@issuer.test/jwks' }, '"jwksUri"'],
    ['another scheme', { jwksUri: 'file:///etc/keys.json' }, '"jwksUri"'],
    ['an address that is no URL', { issuer: 'issuer.test' }, '"issuer"'],
    ['an issuer with a query', { issuer: 'https://issuer.test/?tenant=1' }, '"issuer"'],
    ['an issuer with a fragment', { issuer: 'https://issuer.test/#a' }, '"issuer"'],
    ['an empty issuer', { issuer: '' }, '"issuer"'],
    ['an unknown option', { jwksUri, cacheMaxAge: 1 }, 'unknown option "cacheMaxAge"'],
    ['a fresh time of zero', { jwksUri, freshSeconds: 0 }, '"freshSeconds"'],
    ['a fresh time that no timer can hold', { jwksUri, freshSeconds: 1e9 }, '"freshSeconds"'],
    ['a negative stale time', { jwksUri, staleSeconds: -1 }, '"staleSeconds"'],
    ['a timeout that is no number', { jwksUri, timeoutMs: '5000' }, '"timeoutMs"'],
    ['a cap of NaN', { jwksUri, maxBytes: NaN }, '"maxBytes"'],
    ['a hook that is no function', { jwksUri, onEvent: {} }, '"onEvent"'],
    ['a clock that is no function', { jwksUri, now: 1 }, '"now"'],
  ])('throws a TypeError for %s', (_, options, message) => {
    expect(() => remoteKeys(options as never)).toThrow(TypeError);
    expect(() => remoteKeys(options as never)).toThrow(message);
  });

  it.each(['https://issuer.test', 'http://localhost:1', 'http://127.0.0.2', 'http://[::1]:8080/tenant/'])(
    'takes %s, and asks nobody yet',
    (issuer) => {
      const fetch = jest.fn();
      remoteKeys({ issuer, fetch }).close();
      expect(fetch).not.toHaveBeenCalled();
    },
  );
});
