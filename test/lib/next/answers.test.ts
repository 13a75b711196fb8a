import { get, post, proxying } from './support/proxying';
import { answering } from './support/upstream';

const on = proxying();
const problem = { 'content-type': 'application/problem+json' };

describe("The service's answer", () => {
  it.each([200, 201, 202, 400, 403, 404, 405, 409, 412, 413, 415, 418, 422, 429, 451, 500, 502, 503, 504])(
    'of status %i passes with its body',
    async (status) => {
      on.upstream.script(answering(status, problem, '{"code":"theirs"}'));
      const response = await on.send(post());
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.text()).toBe('{"code":"theirs"}');
      expect(on.events).toMatchObject([{ type: 'answered', method: 'POST', status, renewed: false }]);
    },
  );

  it.each([204, 205, 304])('of status %i passes without a body', async (status) => {
    on.upstream.script(answering(status, { etag: '"v1"' }));
    const response = await on.send(get({ 'if-none-match': '"v1"' }));
    expect(response.status).toBe(status);
    expect(response.body).toBeNull();
    expect(response.headers.get('etag')).toBe('"v1"');
    expect(response.headers.get('cache-control')).toBe('private, no-store');
  });

  it('of a 429 says when to try again', async () => {
    on.upstream.script(answering(429, { 'retry-after': '7', ratelimit: '"subject";r=0;t=7' }));
    const response = await on.send();
    expect(response.headers.get('retry-after')).toBe('7');
    expect(response.headers.get('ratelimit')).toBe('"subject";r=0;t=7');
  });

  it('of a 401 that is not about the token passes with its challenge', async () => {
    on.upstream.script(answering(401, { 'www-authenticate': 'Bearer realm="api"' }, '{}'));
    const response = await on.send();
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="api"');
    expect(on.upstream.received).toHaveLength(1);
  });

  it('to a HEAD has no body', async () => {
    on.upstream.script(answering(200, { etag: '"v1"', 'content-length': '12' }));
    const response = await on.send(get({}, { method: 'HEAD' }));
    expect([response.status, response.headers.get('etag'), response.body]).toEqual([200, '"v1"', null]);
  });

  it('comes part by part, while it is still being made', async () => {
    let finish: (() => void) | undefined;
    on.upstream.script((response) => {
      response.writeHead(200).write('first');
      finish = () => response.end('last');
    });
    const reader = (await on.send()).body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe('first');
    finish!();
    expect((await reader.read()).value).toBe('last');
    expect((await reader.read()).done).toBe(true);
  });

  it('may be larger than any request may be', async () => {
    const large = 'x'.repeat(5_000_000);
    on.upstream.script(answering(200, {}, large));
    const response = await on.send(get(), { maxBodyBytes: 10 });
    expect((await response.text()).length).toBe(large.length);
  });

  it('is never kept by Next: fetch is told so for each request', async () => {
    const fetched = jest.spyOn(globalThis, 'fetch');
    try {
      await on.send();
      expect(fetched.mock.calls[0]![1]).toMatchObject({ cache: 'no-store', redirect: 'manual' });
    } finally {
      fetched.mockRestore();
    }
  });
});
