import { gzipSync } from 'node:zlib';
import { TOKEN, get, post, problemOf, proxying } from './support/proxying';
import { answering } from './support/upstream';

const on = proxying();

describe('To upstream go', () => {
  it.each([
    ['accept', 'application/json;q=0.9'],
    ['if-match', '"abc"'],
    ['if-none-match', 'W/"abc"'],
    ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    ['x-request-id', 'req-1:2/3'],
  ])("the browser's %s", async (name, value) => {
    await on.send(post('{}', { [name]: value }));
    expect(on.upstream.received[0]!.headers[name]).toBe(value);
  });

  it.each([
    ['cookie', '__session=abc'],
    ['authorization', 'Basic c2VjcmV0'],
    ['x-api-key', 'sp_abc'],
    ['x-forwarded-for', '10.0.0.1'],
    ['x-forwarded-host', 'evil.test'],
    ['x-forwarded-proto', 'https'],
    ['forwarded', 'for=10.0.0.1'],
    ['x-real-ip', '10.0.0.1'],
    ['x-user-id', 'somebody'],
    ['x-http-method-override', 'DELETE'],
    ['x-middleware-subrequest', 'middleware'],
    ['origin', 'http://app.test'],
    ['referer', 'http://app.test/page'],
    ['user-agent', 'a browser'],
    ['accept-language', 'de'],
    ['accept-encoding', 'secret-coding'],
    ['content-encoding', 'identity'],
    ['tracestate', 'a=b'],
    ['x-clerk-auth-token', 'abc'],
    ['range', 'bytes=0-1'],
    ['expect', '100-continue'],
    ['te', 'trailers'],
  ])("never the browser's %s", async (name, value) => {
    await on.send(post('{}', { [name]: value }));
    expect(on.upstream.received).toHaveLength(1);
    expect(on.upstream.received[0]!.headers[name]).not.toBe(value);
  });

  it("one Authorization, the user's own", async () => {
    await on.send(get({ authorization: 'Bearer of-the-browser' }));
    expect(on.upstream.received[0]!.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  it("neither the browser's path nor its query, but the url's own", async () => {
    const url = `${on.upstream.origin}/own?fixed=1`;
    await on.send(new Request('http://app.test/theirs?userId=other'), { url });
    expect(on.upstream.received[0]!.path).toBe('/own?fixed=1');
  });

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])('the method %s as it is', async (method) => {
    await on.send(new Request('http://app.test/', { method }));
    expect(on.upstream.received[0]!.method).toBe(method);
  });

  it.each(['', 'two words', 'x'.repeat(129), 'a"b', 'ä'])(
    'a request id of our own in place of %j',
    async (given) => {
      const response = await on.send(get({ 'x-request-id': given }));
      const sent = on.upstream.received[0]!.headers['x-request-id'];
      expect(sent).toMatch(/^[0-9a-f]{8}-/);
      expect(response.headers.get('x-request-id')).toBe(sent);
    },
  );

  it('the same request id as a problem then names', async () => {
    on.upstream.script((response) => response.socket!.destroy());
    const problem = await problemOf(await on.send(get({ 'x-request-id': 'req-7' })));
    expect(problem['requestId']).toBe('req-7');
    expect(on.upstream.received[0]!.headers['x-request-id']).toBe('req-7');
  });
});

describe('Back come', () => {
  const back = async (name: string, value: string | string[]): Promise<Response> => {
    on.upstream.script(answering(200, { [name]: value }, '{}'));
    return on.send();
  };

  it.each([
    ['content-type', 'application/json; charset=utf-8'],
    ['allow', 'GET, DELETE'],
    ['content-disposition', 'attachment; filename="m1.json"'],
    ['content-language', 'de'],
    ['etag', '"v1"'],
    ['link', '</x?page=2>; rel="next", <https://elsewhere.example/>; rel="license"'],
    ['location', '/api/user_modules/user/u/m'],
    ['retry-after', '7'],
    ['ratelimit', '"subject";r=1;t=2'],
    ['ratelimit-policy', '"subject";q=120;w=60'],
    ['ratelimit-remaining', '3'],
    ['www-authenticate', 'Bearer realm="api"'],
    ['x-request-id', 'of-upstream'],
  ])("the service's %s", async (name, value) => {
    expect((await back(name, value)).headers.get(name)).toBe(value);
  });

  it.each<[string, string | string[]]>([
    ['set-cookie', ['__session=theirs', 'a=b']],
    ['server', 'express'],
    ['x-powered-by', 'Express'],
    ['access-control-allow-origin', '*'],
    ['strict-transport-security', 'max-age=1'],
    ['content-security-policy', "default-src 'none'"],
    ['clear-site-data', '"*"'],
    ['refresh', '0; url=http://evil.test'],
    ['vary', 'authorization'],
    ['last-modified', 'Thu, 01 Jan 2026 00:00:00 GMT'],
    ['ratelimited', 'yes'],
    ['x-ratelimit-limit', '1'],
    ['x-middleware-rewrite', 'http://evil.test'],
    ['authorization', `Bearer ${TOKEN}`],
  ])("never the service's %s", async (name, value) => {
    const response = await back(name, value);
    expect(response.status).toBe(200);
    expect(response.headers.get(name)).toBeNull();
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it.each(['public, max-age=600', 'no-cache'])(
    'Cache-Control: private, no-store instead of %s',
    async (value) => {
      expect((await back('cache-control', value)).headers.get('cache-control')).toBe('private, no-store');
    },
  );

  it.each([undefined, 'sniff'])(
    'X-Content-Type-Options: nosniff where the service says %s',
    async (value) => {
      const response = await back(value === undefined ? 'x-other' : 'x-content-type-options', value ?? '1');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  it('a body that was compressed on the way plain, and not called compressed', async () => {
    on.upstream.script((response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}')),
    );
    const response = await on.send();
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(await response.json()).toEqual({ a: 1 });
  });
});
