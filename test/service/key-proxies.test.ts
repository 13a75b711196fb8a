import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { createTestIssuer } from 'sallyport/testing';
import { keyFetch } from '../../service/key-fetch';
import { builtService } from '../support/built-service';
import { selfSigned } from '../support/certificate';
import { cleanUp, temporaryFolder } from '../support/clean-up';
import { connectProxy, listening } from '../support/connect-proxy';
import { startProcess } from '../support/service-process';

afterEach(cleanUp);

/** Status of a request with a token. */
async function statusOf(address: string, token: string): Promise<number> {
  const sent = request(`${address}/api/users/me`, { headers: { authorization: `Bearer ${token}` } }).end();
  const [{ statusCode }] = (await once(sent, 'response')) as [{ statusCode: number }];
  sent.destroy();
  return statusCode;
}

it('reads an issuer with https through the proxy that HTTPS_PROXY names, and trusts NODE_EXTRA_CA_CERTS', async () => {
  const host = 'issuer.test';
  const tls = selfSigned(host);
  const issuer = createTestIssuer({ issuer: `https://${host}`, audience: 'analyzer' });
  const port = await listening(
    createTlsServer(tls, ({ url }, response) => {
      const isDiscovery = url === '/.well-known/openid-configuration';
      const found = isDiscovery ? { issuer: issuer.issuer, jwks_uri: `https://${host}/jwks` } : issuer.jwks();
      response.end(JSON.stringify(found));
    }),
  );
  const proxy = await connectProxy(() => port);
  const folder = temporaryFolder();
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, tls.cert);
  const { listening: address } = startProcess(builtService(), folder, {
    AUTH_ISSUER: issuer.issuer,
    AUTH_AUDIENCE: 'analyzer',
    HTTPS_PROXY: proxy.url,
    NODE_EXTRA_CA_CERTS: ca,
  });
  expect(await statusOf(await address, issuer.token())).toBe(200);
  expect([...new Set(proxy.asked)]).toEqual([`${host}:443`]);
});

describe('keyFetch', () => {
  const init = { headers: {}, redirect: 'manual', signal: new AbortController().signal } as const;

  it('is none where no proxy is named', () => {
    expect(keyFetch({})).toBeUndefined();
    expect(keyFetch({ none: 'localhost' })).toBeUndefined();
  });

  it('asks this machine directly, and others through the proxy of their scheme but for those of NO_PROXY', async () => {
    const port = await listening(createServer((_, response) => void response.end('direct')));
    const upstream = await listening(createServer((_, response) => void response.end('proxied')));
    const proxy = await connectProxy(() => upstream);
    const ask = keyFetch({ http: proxy.url, none: '0.0.0.0' });
    const answer = async (url: string) => (await ask!(url, init)).text();
    expect(await answer(`http://127.0.0.1:${port}/`)).toBe('direct');
    expect(await answer(`http://localhost:${port}/`)).toBe('direct');
    expect(await answer(`http://0.0.0.0:${port}/`)).toBe('direct');
    expect(proxy.asked).toEqual([]);
    expect(await answer('http://keycloak.test:8080/')).toBe('proxied');
    expect(proxy.asked).toEqual(['keycloak.test:8080']);
  });

  it('does not take the proxy for plain http for https', async () => {
    const proxy = await connectProxy(() => 1);
    const ask = keyFetch({ http: proxy.url });
    await expect(ask!('https://127.0.0.2:1/', init)).rejects.toThrow();
    await expect(ask!('https://0.0.0.0:1/', init)).rejects.toThrow();
    expect(proxy.asked).toEqual([]);
  });
});
