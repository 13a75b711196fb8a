import { createServer, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { createTestIssuer } from 'sallyport/testing';
import { proxyFor } from '../../../service/admin/doctor/key-proxy';
import { runAdmin } from '../../../service/admin/run';
import { keyFetch } from '../../../service/key-fetch';
import { cleanUp, temporaryFolder } from '../../support/clean-up';
import { connectProxy, listening } from '../../support/connect-proxy';

afterEach(cleanUp);

const ISSUER = 'http://keycloak.test:8080';
const { jwks } = createTestIssuer({ issuer: ISSUER });

/** The port of an issuer that is known by a name only to a proxy. */
async function issuer(spoil: (response: ServerResponse) => void = () => undefined): Promise<number> {
  const server = createServer(({ url }, response) => {
    spoil(response);
    const isDiscovery = url === '/.well-known/openid-configuration';
    response.end(JSON.stringify(isDiscovery ? { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` } : jwks()));
  });
  return listening(server);
}

/** What doctor says of the issuer, as `outcome check: sentence`. */
async function doctor(env: Record<string, string>): Promise<{ code: number; issuer: string[]; all: string }> {
  let all = '';
  const auth = { AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: 'a', AUTH_ALLOW_HTTP: 'keycloak.test:8080' };
  const code = await runAdmin(
    ['doctor', '--json'],
    { ...auth, DATA_DIR: temporaryFolder(), ...env },
    {
      stdin: Readable.from([]),
      print: (text) => void (all += text),
      note: (line) => void (all += line),
    },
  );
  const { checks } = JSON.parse(all) as { checks: { check: string; outcome: string; says: string }[] };
  const told = checks.filter(({ check }) => check.startsWith('issuer'));
  return {
    code,
    issuer: told.map(
      ({ check, outcome, says }) => `${outcome} ${check.replace(`issuer ${ISSUER}: `, '')}: ${says}`,
    ),
    all,
  };
}

it('asks the issuer through the proxy, and judges proxy, keys and clock', async () => {
  const port = await issuer();
  const proxy = await connectProxy(() => port);
  const { code, issuer: told } = await doctor({ HTTP_PROXY: proxy.url });
  expect(told).toEqual([
    `passed proxy: The proxy ${new URL(proxy.url).host} allows connections to keycloak.test:8080`,
    'passed keys: Its keys can be read through the proxy',
    'passed clock: The clocks of the issuer and this machine agree',
  ]);
  expect(code).toBe(0);
});

it('says that the proxy cannot be reached, and nothing of its password', async () => {
  const { code, issuer: told, all } = await doctor({ HTTP_PROXY: 'http://ops:geheim@127.0.0.1:1' });
  expect(told).toEqual([
    'broken proxy: The proxy 127.0.0.1:1 cannot be reached (ECONNREFUSED)',
    'not_judged keys: Its keys can be read, and the clocks agree',
  ]);
  expect(code).toBe(1);
  expect(all).not.toContain('geheim');
});

it('gives the proxy its user and password, and says where they go when it wants some', async () => {
  const port = await issuer();
  let given: string | undefined;
  const server = createServer();
  server.on('connect', ({ headers }, socket) => {
    given = headers['proxy-authorization'];
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
  });
  const at = await listening(server);
  const without = await doctor({ HTTP_PROXY: `http://127.0.0.1:${String(at)}` });
  expect(without.issuer[0]).toContain('answers 407 to CONNECT keycloak.test:8080');
  expect(without.all).toContain('put user and password into HTTP_PROXY');
  expect(given).toBeUndefined();
  await doctor({ HTTP_PROXY: `http://ops:p%40ss@127.0.0.1:${String(at)}` });
  expect(given).toBe(`Basic ${Buffer.from('ops:p@ss').toString('base64')}`);
  expect(port).toBeGreaterThan(0);
});

it('says what the issuer answers through the proxy', async () => {
  const port = await issuer((response) => {
    response.statusCode = 503;
  });
  const proxy = await connectProxy(() => port);
  const { issuer: told } = await doctor({ HTTP_PROXY: proxy.url });
  expect(told[1]).toBe(
    'broken keys: Its keys cannot be read through the proxy ' +
      `(status, ${ISSUER}/.well-known/openid-configuration, 503)`,
  );
});

it('compares the clocks', async () => {
  const port = await issuer((response) => {
    response.setHeader('Date', new Date(Date.now() + 3_600_000).toUTCString());
  });
  const proxy = await connectProxy(() => port);
  const { issuer: told } = await doctor({ HTTP_PROXY: proxy.url });
  expect(told[2]).toMatch(/^broken clock: The clock of this machine is 3(600|59\d) s behind the issuer's$/);
});

it.each(['keycloak.test', '.test', '*.test', '*', 'other, keycloak.test:8080'])(
  'knows that NO_PROXY=%s has the issuer asked directly, as the service does',
  async (none) => {
    expect(proxyFor(ISSUER, { http: 'http://127.0.0.1:1', none })).toBeUndefined();
    const proxy = await connectProxy(() => 1);
    const ask = keyFetch({ http: proxy.url, none });
    const init = { headers: {}, redirect: 'manual', signal: AbortSignal.timeout(20_000) } as const;
    await expect(ask?.(ISSUER, init)).rejects.toThrow();
    expect(proxy.asked).toEqual([]);
  },
);

it.each([
  [ISSUER, { http: 'http://proxy:3128', none: 'test:80,cloak.test,keycloak.test:80' }, 'http://proxy:3128/'],
  ['https://issuer.test', { http: 'http://proxy:3128' }, undefined],
  ['https://issuer.test', { https: 'http://proxy:3128', none: '' }, 'http://proxy:3128/'],
  ['http://127.0.0.1:8080', { http: 'http://proxy:3128' }, undefined],
])('asks %s with %j through %s', (address, proxies, expected) => {
  expect(proxyFor(address, proxies)?.href).toBe(expected);
});
