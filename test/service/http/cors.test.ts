import { createTestIssuer } from 'sallyport/testing';
import { expectProblem } from '../../support/assertions';
import type { Answer } from '../../support/caller';
import { cleanUp } from '../../support/clean-up';
import { rawHttp } from '../../support/raw-http';
import { startService, type ServiceUnderTest } from '../../support/service';

const PAGE = 'https://app.example';
const EXPOSED = 'ETag,RateLimit,RateLimit-Policy,Retry-After,WWW-Authenticate,X-Request-Id';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startService({ CORS_ORIGINS: `${PAGE},http://localhost:5173` });
});
afterAll(cleanUp);

const corsHeaders = ({ headers }: Answer): Record<string, string> =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));
const READABLE = { 'access-control-allow-origin': PAGE, 'access-control-expose-headers': EXPOSED };

function preflight(from: ServiceUnderTest, path: string, origin = PAGE): Promise<Answer> {
  const asked = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  };
  return from.with({}).request('OPTIONS', path, { origin, ...asked });
}

describe('a page of a listed origin', () => {
  it.each(['/api/user_modules/save', '/user_modules/save', '/health/ready', '/nowhere'])(
    'has its preflight of %s answered with 204, without a credential',
    async (path) => {
      const answer = await preflight(service, path);
      expect([answer.status, answer.text]).toEqual([204, '']);
      expect(corsHeaders(answer)).toEqual({
        ...READABLE,
        'access-control-allow-methods': 'GET,HEAD,POST,DELETE',
        'access-control-allow-headers':
          'Authorization,X-API-Key,Content-Type,If-Match,If-None-Match,X-Request-Id,traceparent',
        'access-control-max-age': '600',
      });
    },
  );

  it('may read answers, and may not send cookies', async () => {
    const saved = await service.as('ada').save('m', { n: 1 }, { origin: PAGE });
    expect(saved.status).toBe(201);
    expect(corsHeaders(saved)).toEqual(READABLE);
    const other = await service.as('ada').get('/api/users/me', { origin: 'http://localhost:5173' });
    expect(other.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(other.headers.get('vary')).toBe('Origin');
  });

  it('may read why it was refused', async () => {
    const from = { origin: PAGE };
    const ada = service.as('ada');
    const refusals = [
      [await service.with({}).get('/api/users/me', from), 401, 'missing_credentials'],
      [
        await service.with({ authorization: 'Bearer a.b.c' }).get('/api/users/me', from),
        401,
        'invalid_token',
      ],
      [await ada.get('/api/user_modules/user/bob', from), 403, 'not_owner'],
      [await ada.get('/nowhere', from), 404, 'not_found'],
      [await ada.request('PUT', '/api/users/me', from), 405, 'method_not_allowed'],
      [await ada.get('/api/user_modules/user/%E0', from), 400, 'invalid_request'],
      [await ada.post('/api/keys', '{', from), 400, 'invalid_body'],
    ] as const;
    for (const [answer, status, code] of refusals) {
      expectProblem(answer, status, code);
      expect(corsHeaders(answer)).toEqual(READABLE);
    }
  });

  it('may read that it asks too often, and that there is an outage', async () => {
    const strict = await startService({ CORS_ORIGINS: PAGE, RATE_LIMIT_USER_PER_MINUTE: '1' });
    await strict.as('ada').get('/api/users/me');
    const limited = await strict.as('ada').get('/api/users/me', { origin: PAGE });
    expectProblem(limited, 429, 'rate_limited');
    expect(corsHeaders(limited)).toEqual(READABLE);

    const down = createTestIssuer({ issuer: 'http://127.0.0.1:1', audience: 'analyzer' });
    const dark = await startService({ CORS_ORIGINS: PAGE, AUTH_ISSUER: down.issuer });
    const caller = dark.with({ authorization: `Bearer ${down.token()}` });
    const outage = await caller.get('/api/users/me', { origin: PAGE });
    expectProblem(outage, 503, 'keys_unavailable');
    expect(corsHeaders(outage)).toEqual(READABLE);
  });

  it('may read that https is required, and has its preflight answered all the same', async () => {
    const plain = await startService({ CORS_ORIGINS: PAGE, REQUIRE_HTTPS: 'true' });
    const refused = await plain.as('ada').get('/api/users/me', { origin: PAGE });
    expectProblem(refused, 403, 'https_required');
    expect(corsHeaders(refused)).toEqual(READABLE);
    expect((await preflight(plain, '/api/users/me')).status).toBe(204);
  });

  it('may read what the HTTP parser refuses', async () => {
    const bytes = (origin: string) =>
      `GET / HTTP/1.1\r\nHost: x\r\nOrigin: ${origin}\r\nX: ${'y'.repeat(33_000)}\r\n\r\n`;
    const readable = await rawHttp(service.url, bytes(PAGE));
    expect(readable).toMatch(/^HTTP\/1.1 431 /);
    expect(readable).toContain(`\r\nAccess-Control-Allow-Origin: ${PAGE}\r\n`);
    expect(readable).toContain(`\r\nAccess-Control-Expose-Headers: ${EXPOSED}\r\n`);
    expect(await rawHttp(service.url, bytes('https://evil.example'))).not.toContain('Access-Control');
  });

  it('gets for an OPTIONS that is no preflight the 405 of everybody', async () => {
    const answer = await service.with({}).request('OPTIONS', '/api/users/me', { origin: PAGE });
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe('GET, HEAD, DELETE');
    expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE);
  });
});

describe('a page of any other origin', () => {
  it.each([
    'https://evil.example',
    'https://app.example.evil.example',
    'https://evil.app.example',
    'http://app.example',
    'https://app.example:8443',
    'HTTPS://APP.EXAMPLE',
    'null',
    '*',
  ])('%s is told nothing', async (origin) => {
    const answer = await preflight(service, '/api/user_modules/save', origin);
    expectProblem(answer, 405, 'method_not_allowed');
    expect(corsHeaders(answer)).toEqual({});
    const read = await service.as('ada').get('/api/users/me', { origin });
    expect(corsHeaders(read)).toEqual({});
    // Else a cache would hand this answer to a page that may read it.
    expect(read.headers.get('vary')).toBe('Origin');
  });
});

it('without CORS_ORIGINS no page may read anything', async () => {
  const closed = await startService();
  const answer = await preflight(closed, '/api/user_modules/save');
  expectProblem(answer, 405, 'method_not_allowed');
  const read = await closed.as('ada').get('/api/users/me', { origin: PAGE });
  expect(corsHeaders(read)).toEqual({});
  expect(read.headers.get('vary')).toBeNull();
  expect(await rawHttp(closed.url, `nonsense\r\nOrigin: ${PAGE}\r\n\r\n`)).not.toMatch(/Access-Control|Vary/);
});
