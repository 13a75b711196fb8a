import { expectProblem } from '../../support/assertions';
import { cleanUp } from '../../support/clean-up';
import { problemIn, rawHttp } from '../../support/raw-http';
import { startService, type ServiceUnderTest } from '../../support/service';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startService();
});
afterAll(cleanUp);

const bearer = () => `Authorization: Bearer ${service.issuer.token({ sub: 'ada' })}\r\n`;
const close = 'Host: localhost\r\nConnection: close\r\n';

describe('methods', () => {
  it.each([
    ['PUT', '/api/user_modules/save', 'POST'],
    ['GET', '/api/user_modules/save', 'POST'],
    ['OPTIONS', '/api/user_modules/save', 'POST'],
    ['POST', '/api/user_modules/user/ada', 'GET, HEAD'],
    ['DELETE', '/user_modules/user/ada', 'GET, HEAD'],
    ['PATCH', '/api/user_modules/user/ada/m', 'GET, HEAD, DELETE'],
    ['OPTIONS', '/api/users/me', 'GET, HEAD, DELETE'],
    ['POST', '/health/live', 'GET, HEAD'],
    ['PROPFIND', '/health/ready', 'GET, HEAD'],
  ])('405 with Allow for %s %s', async (method, path, allow) => {
    const headers = { 'access-control-request-headers': 'authorization', 'x-http-method-override': 'GET' };
    const answer = await service.with(headers).request(method, path);
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe(allow);
  });

  it('answers HEAD as GET, without the body', async () => {
    const ada = service.as('ada');
    const saved = await ada.save('m', { n: 1 });
    const head = await ada.request('HEAD', '/api/user_modules/user/ada/m');
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers.get('etag')).toBe(saved.headers.get('etag'));
    expect((await service.with({}).request('HEAD', '/api/users/me')).status).toBe(401);
  });
});

describe('paths', () => {
  it.each([
    '/',
    '/api',
    '/api/user_modules',
    '/API/user_modules/user/ada',
    '/api/User_Modules/user/ada',
    '/api//user_modules/user/ada',
    '/api/user_modules/user/ada/',
    '/api/user_modules/user/ada/m/more',
    '/api/user_modules%2fuser/ada',
    '/api/users/ada',
    '/metrics',
  ])('404 for %s, with and without a token', async (path) => {
    expectProblem(await service.with({}).get(path), 404, 'not_found');
    expectProblem(await service.as('ada').get(path), 404, 'not_found');
  });

  it('400 for a path that is not well-formed', async () => {
    expectProblem(await service.as('ada').get('/api/user_modules/user/%E0'), 400, 'invalid_request');
  });

  it('a path with dot segments, sent as it is, is only what it says', async () => {
    const answer = await rawHttp(
      service.url,
      `GET /api/users/../users/me HTTP/1.1\r\n${close}${bearer()}\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 404/);
  });
});

describe('request ids', () => {
  it.each(['abc', '4bf92f3577b34da6a3ce929d0e0e4736', 'a-b_c.d:e/f+g=h@i'])(
    'keeps a sane one: %s',
    async (id) => {
      const answer = await service.with({ 'x-request-id': id }).get('/api/users/me');
      expect(answer.headers.get('x-request-id')).toBe(id);
      expect(answer.json.requestId).toBe(id);
    },
  );

  it.each(['a b', '"', 'x'.repeat(129), '<script>', 'a,b'])('replaces any other: %s', async (id) => {
    const answer = await service.with({ 'x-request-id': id }).get('/health/live');
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('makes one for two', async () => {
    const answer = await rawHttp(
      service.url,
      `GET /health/live HTTP/1.1\r\n${close}X-Request-Id: a\r\nX-Request-Id: b\r\n\r\n`,
    );
    expect(answer).toMatch(/X-Request-Id: [0-9a-f-]{36}\r\n/);
  });
});

describe('headers', () => {
  it('say no-store, and nothing of what runs here', async () => {
    const ada = service.as('ada');
    await ada.save('m', {});
    for (const path of [
      '/api/users/me',
      '/api/user_modules/user/ada',
      '/api/user_modules/user/ada/m',
      '/nowhere',
    ]) {
      const { headers } = await ada.get(path);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('carry no ETag that Express made up', async () => {
    const ada = service.as('ada');
    for (const path of ['/api/users/me', '/api/user_modules/user/ada', '/health/live']) {
      expect((await ada.get(path)).headers.get('etag')).toBeNull();
    }
  });

  it('count the subject limit', async () => {
    const { headers } = await service.as('ada').get('/api/users/me');
    expect(headers.get('ratelimit')).toContain('r=');
    expect(headers.get('ratelimit-policy')).toContain('w=60');
  });
});

describe('ambiguous requests', () => {
  const send = (headers: string, body = '') =>
    rawHttp(
      service.url,
      `POST /api/user_modules/save HTTP/1.1\r\n${close}${headers}Content-Length: ${body.length}\r\n\r\n${body}`,
    );
  const json = 'Content-Type: application/json\r\n';
  const body = '{"moduleId":"ambiguous","data":{}}';

  it.each<[string, () => string]>([
    ['two Content-Type headers', () => `${bearer()}${json}${json}`],
    ['two Authorization headers', () => `${bearer()}${bearer()}${json}`],
    ['two Host headers', () => `Host: elsewhere\r\n${bearer()}${json}`],
  ])('400 for %s, and nothing saved', async (_what, headers) => {
    const answer = await send(headers(), body);
    expect(answer).toMatch(/^HTTP\/1.1 400/);
    expect(problemIn(answer)).toMatchObject({ status: 400, code: 'invalid_request' });
    expect((await service.as('ada').get('/api/user_modules/user/ada/ambiguous')).status).toBe(404);
  });

  it('400 without a Host, in HTTP/1.1', async () => {
    const answer = await rawHttp(service.url, 'GET /api/users/me HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(problemIn(answer)).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('ignores an expectation that it does not know', async () => {
    const answer = await rawHttp(
      service.url,
      `GET /health/live HTTP/1.1\r\n${close}Expect: miracles\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 200/);
  });
});

it('takes a token of 16384 characters beside the other headers of a browser', async () => {
  const shorter = service.issuer.token({ groups: 'x'.repeat(11_000) });
  const filler = 'x'.repeat(11_000 + Math.floor(((16_384 - shorter.length) * 3) / 4));
  const token = service.issuer.token({ groups: filler });
  expect(token.length).toBeGreaterThan(16_380);
  expect(token.length).toBeLessThanOrEqual(16_384);
  const cookies = `Cookie: ${'x'.repeat(8000)}\r\n`;
  const head = `GET /api/users/me HTTP/1.1\r\nAuthorization: Bearer ${token}\r\n${cookies}${close}\r\n`;
  expect(await rawHttp(service.url, head)).toMatch(/^HTTP\/1\.1 200 /);
});

describe('what the HTTP parser refuses', () => {
  it.each<[string, string, number]>([
    ['nonsense', 'nonsense\r\n\r\n', 400],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost\r\n\r\n', 400],
    [
      'both lengths of a body',
      `POST / HTTP/1.1\r\n${close}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['headers of 33 kB', `GET / HTTP/1.1\r\n${close}X-Large: ${'x'.repeat(33_000)}\r\n\r\n`, 431],
    ['CONNECT', `CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n`, 400],
  ])('is a problem document too: %s', async (_what, bytes, status) => {
    const answer = await rawHttp(service.url, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('Content-Type: application/problem+json');
    const problem = problemIn(answer);
    expect(problem).toMatchObject({
      status,
      code: 'invalid_request',
      title: expect.any(String),
      detail: expect.any(String),
    });
    expect(answer).toContain(`X-Request-Id: ${problem.requestId}`);
  });
});

it.each(['http://]/api/users/me', 'http://[/'])(
  'answers the target %s, which Express cannot parse',
  async (target) => {
    const answer = await rawHttp(service.url, `GET ${target} HTTP/1.1\r\n${bearer()}${close}\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer.toLowerCase()).toContain('\r\nx-request-id: ');
    expect(problemIn(answer)).toMatchObject({ status: 404, code: 'not_found' });
    expect(service.log()).toContainEqual(expect.objectContaining({ status: 404, path: target }));
  },
);
