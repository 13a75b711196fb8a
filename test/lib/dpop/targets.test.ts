import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { memoryReplays, sallyport, type OptionsWithoutUsers } from 'sallyport';
import { createDpopClient, createTestIssuer } from 'sallyport/testing';
import { cleanUp, later } from '../../support/clean-up';
import { selfSigned } from '../../support/certificate';
import { listening } from '../../support/listening';
import { rawHttp } from '../../support/raw-http';
import { send } from '../../support/send';

const { issuer, audience, keys, token } = createTestIssuer();
const client = createDpopClient();
const bound = token({ cnf: { jkt: client.jkt } });

afterAll(cleanUp);

async function served(dpop: OptionsWithoutUsers['dpop'], prepare?: (app: Express) => void) {
  const port = sallyport({
    issuer,
    audience,
    keys,
    dpop: dpop ?? true,
    replays: memoryReplays(),
    addressLimit: false,
  });
  const app = express();
  prepare?.(app);
  app
    .use('/api', port)
    .all('/api/{*rest}', (_request, response) => void response.json({}))
    .use(port.problemDetails);
  const server = await listening(app);
  later(() => {
    port.close();
    return server.close();
  });
  return server;
}

/** The status of an answer to a request for `path` with a proof of `htu`. */
async function ask(origin: string, htu: string, { headers = {}, path = '/api/notes', method = 'GET' } = {}) {
  const own = client.headers(bound, { url: htu, method });
  const { status } = await send(origin, { method, path, headers: { ...own, ...headers } });
  return status;
}

const FORWARDED = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'api.example' };

describe('behind a proxy', () => {
  it('is what the proxy says that trust proxy trusts', async () => {
    const { url } = await served(true, (app) => app.set('trust proxy', 'loopback'));
    expect(await ask(url, 'https://api.example/api/notes', { headers: FORWARDED })).toBe(200);
    expect(await ask(url, 'https://api.example:443/api/notes', { headers: FORWARDED })).toBe(200);
    expect(await ask(url, 'http://api.example/api/notes', { headers: FORWARDED })).toBe(401);
    expect(await ask(url, `${url}/api/notes`, { headers: FORWARDED })).toBe(401);
    expect(await ask(url, `${url}/api/notes`)).toBe(200);
    const two = { ...FORWARDED, 'X-Forwarded-Host': 'api.example, inner.example' };
    expect(await ask(url, 'https://api.example/api/notes', { headers: two })).toBe(200);
    const port = { ...FORWARDED, 'X-Forwarded-Host': 'api.example:8443' };
    expect(await ask(url, 'https://api.example:8443/api/notes', { headers: port })).toBe(200);
    expect(await ask(url, 'https://api.example/api/notes', { headers: port })).toBe(401);
  });

  it('is not what one says that nobody trusts', async () => {
    const { url } = await served(true);
    expect(await ask(url, 'https://api.example/api/notes', { headers: FORWARDED })).toBe(401);
    expect(await ask(url, `${url}/api/notes`, { headers: FORWARDED })).toBe(200);
  });
});

describe('publicUrl', () => {
  it('is where a proof must be made for, whatever the Host header says', async () => {
    const { url } = await served({ publicUrl: 'https://api.example/' });
    expect(await ask(url, 'https://api.example/api/notes')).toBe(200);
    expect(await ask(url, `${url}/api/notes`)).toBe(401);
    const evil = { Host: 'evil.test' };
    expect(await ask(url, 'http://evil.test/api/notes', { headers: evil })).toBe(401);
    expect(await ask(url, 'https://evil.test/api/notes', { headers: evil })).toBe(401);
  });

  it('is a list, and has the path that a proxy takes away', async () => {
    const { url } = await served({ publicUrl: ['https://api.example/v1', 'https://old.example'] });
    expect(await ask(url, 'https://api.example/v1/api/notes')).toBe(200);
    expect(await ask(url, 'https://old.example/api/notes')).toBe(200);
    expect(await ask(url, 'https://api.example/api/notes')).toBe(401);
    expect(await ask(url, 'https://api.example.evil.test/v1/api/notes')).toBe(401);
  });
});

describe('without publicUrl', () => {
  it('is of the Host that the request names, so the host in front must check it', async () => {
    const { url } = await served(true);
    expect(await ask(url, 'http://other.example/api/notes', { headers: { Host: 'other.example' } })).toBe(
      200,
    );
  });
});

describe('the path', () => {
  it.each([
    ['/api/notes?a=/b', '/api/notes', 200],
    ['/api/a%2fb', '/api/a%2Fb', 200],
    ['/api/a%2fb', '/api/a/b', 401],
    ['/api/%7euser', '/api/~user', 200],
    ['/api/a%20b', '/api/a%20b', 200],
    ['/api//notes', '/api//notes', 200],
    ['/api//notes', '/api/notes', 401],
    ['/api/x;v=1', '/api/x;v=1', 200],
    ['/api/x;v=1', '/api/x', 401],
  ])('%s asked with a proof of %s is answered %d', async (path, proven, status) => {
    const { url } = await served(true);
    expect(await ask(url, `${url}${proven}`, { path })).toBe(status);
  });

  it('is that of a target which is a whole URI, and its host is not believed', async () => {
    const { url } = await served(true);
    expect(await ask(url, `${url}/api/notes`, { path: `${url}/api/notes` })).toBe(200);
    expect(await ask(url, 'http://evil.test/api/notes', { path: 'http://evil.test/api/notes' })).toBe(401);
  });
});

describe('a request that Express has not seen', () => {
  it('is proven by port.verify, also when it is asked again, and not by another request', async () => {
    const port = sallyport({ issuer, audience, keys, dpop: true, replays: memoryReplays() });
    later(() => {
      port.close();
    });
    const outcomes: unknown[] = [];
    const server = await listening((request, response) => {
      void (async () => {
        for (let times = 0; times < 2; times += 1) {
          outcomes.push(
            await port.verify(request).then(
              ({ subject }) => subject,
              (error: unknown) => (error as Error).message,
            ),
          );
        }
        response.end();
      })();
    });
    later(() => server.close());
    const headers = client.headers(bound, { url: `${server.url}/socket` });
    await send(`${server.url}/socket?room=1`, { headers });
    expect(outcomes.splice(0)).toEqual(['user_1', 'user_1']);
    await send(`${server.url}/socket`, { headers });
    expect(new Set(outcomes.splice(0))).toEqual(new Set(['The DPoP proof was used before (jti).']));
  });

  it('is of the connection: TLS or not, and of no host where none is named', async () => {
    const port = sallyport({ issuer, audience, keys, dpop: true, replays: memoryReplays() });
    const outcomes: unknown[] = [];
    const judge: RequestListener = (request, response) => {
      void port
        .verify(request)
        .then(
          ({ subject }) => outcomes.push(subject),
          (error: unknown) => outcomes.push((error as Error).message),
        )
        .then(() => response.end());
    };
    const plain = await listening(judge);
    const secure = createServer(selfSigned(), judge).listen(0, '127.0.0.1');
    await once(secure, 'listening');
    later(() => {
      port.close();
      secure.close();
      return plain.close();
    });
    const url = `https://127.0.0.1:${String((secure.address() as AddressInfo).port)}/socket`;
    const sent = request(url, {
      rejectUnauthorized: false,
      agent: false,
      headers: client.headers(bound, { url }),
    });
    sent.end();
    await once(sent, 'response');
    const { Authorization, DPoP } = client.headers(bound, { url: `${plain.url}/socket` });
    await rawHttp(
      plain.url,
      `GET /socket HTTP/1.0\r\nAuthorization: ${Authorization}\r\nDPoP: ${DPoP}\r\n\r\n`,
    );
    await send(plain.url, {
      method: 'OPTIONS',
      path: '*',
      headers: client.headers(bound, { url: plain.url, method: 'OPTIONS' }),
    });
    const elsewhere = 'The DPoP proof is of another URI (htu).';
    expect(outcomes).toEqual(['user_1', elsewhere, elsewhere]);
  });
});

it.each(['/api/users/../keys', '/api/users/%2e%2e/keys', '/api/./keys', '/api/keys/..', '/api/keys/%2E'])(
  'no proof is for %s, since a route and a URL differ there',
  async (path) => {
    const server = await served(true);
    const resolved = new URL(path, server.url).href;
    const { Authorization, DPoP } = client.headers(bound, { url: resolved });
    const answer = await rawHttp(
      server.url,
      `GET ${path} HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nAuthorization: ${Authorization}\r\nDPoP: ${DPoP}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
    expect(answer).toContain('invalid_dpop_proof');
  },
);
