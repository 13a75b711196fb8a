import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { SessionAuth } from 'sallyport/next';
import { get, post, proxying } from './support/proxying';
import { answering, silence } from './support/upstream';

const on = proxying();
const challenge = 'Bearer realm="api", error="invalid_token"';
const refusing = answering(
  401,
  { 'www-authenticate': challenge, 'content-type': 'application/problem+json' },
  '{"code":"invalid_token"}',
);
const accepting = answering(201, {}, '{"saved":true}');

/** A session that hands out `first`, and on skipCache what `renew` gives; `asked` is what it was asked with. */
function session(first: string, renew: () => unknown): { auth: SessionAuth; asked: unknown[] } {
  const asked: unknown[] = [];
  const auth: SessionAuth = async () => ({
    userId: 'u',
    getToken: async (options) => {
      asked.push(options);
      return (options?.skipCache ? await renew() : first) as string;
    },
  });
  return { auth, asked };
}

const tokens = (): unknown[] => on.upstream.received.map(({ headers }) => headers.authorization);

describe('When the service calls the token invalid', () => {
  it('another one is asked for, and the request sent once more with it, body and all', async () => {
    on.upstream.scripts(refusing, accepting);
    const { auth, asked } = session('old', () => 'new');
    const response = await on.send(post('{"moduleId":"m1"}', { 'x-request-id': 'r1' }), { auth });
    expect([response.status, await response.text()]).toEqual([201, '{"saved":true}']);
    expect(asked).toEqual([{}, { skipCache: true }]);
    expect(tokens()).toEqual(['Bearer old', 'Bearer new']);
    const [first, second] = on.upstream.received;
    expect(second!.body).toEqual(first!.body);
    expect({ ...second!.headers, authorization: '' }).toEqual({ ...first!.headers, authorization: '' });
    expect(on.events).toMatchObject([{ type: 'answered', status: 201, renewed: true }]);
  });

  it('the template is asked for again', async () => {
    on.upstream.scripts(refusing, accepting);
    const { auth, asked } = session('old', () => 'new');
    await on.send(get(), { auth, template: 'analyzer' });
    expect(asked).toEqual([{ template: 'analyzer' }, { template: 'analyzer', skipCache: true }]);
  });

  it('the same token again means that its 401 is passed on, as with Clerk', async () => {
    on.upstream.script(refusing);
    const { auth, asked } = session('old', () => 'old');
    const response = await on.send(post(), { auth });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(challenge);
    expect(await response.json()).toEqual({ code: 'invalid_token' });
    expect(asked).toHaveLength(2);
    expect(tokens()).toEqual(['Bearer old']);
    expect(on.events).toMatchObject([
      { type: 'not_renewed', why: 'same_token' },
      { type: 'answered', status: 401, renewed: false },
    ]);
  });

  it('there is never a third try, whatever the second one gets', async () => {
    on.upstream.script(refusing);
    let count = 0;
    const { auth, asked } = session('token-0', () => `token-${String((count += 1))}`);
    const response = await on.send(post(), { auth });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ code: 'invalid_token' });
    expect(tokens()).toEqual(['Bearer token-0', 'Bearer token-1']);
    expect(asked).toHaveLength(2);
  });

  it.each<[string, () => unknown, string]>([
    ['there is none', () => null, 'no_token'],
    ['it is empty', () => '', 'no_token'],
    ['it holds a line break', () => 'new\r\nX-Admin: secret', 'malformed_token'],
    ['asking throws', () => Promise.reject(new Error('secret')), 'threw'],
    ['asking never ends', () => new Promise(() => undefined), 'timeout'],
  ])('and for another one %#: %s, its 401 is passed on', async (_what, renew, why) => {
    on.upstream.script(refusing);
    const { auth } = session('old', renew);
    const response = await on.send(get(), { auth, timeoutMs: 1000 });
    expect([response.status, await response.json()]).toEqual([401, { code: 'invalid_token' }]);
    expect(tokens()).toEqual(['Bearer old']);
    expect(on.events).toMatchObject([{ type: 'not_renewed', why }, { type: 'answered' }]);
    expect(JSON.stringify(on.events)).not.toContain('secret');
  });

  it('the first answer is let go, however long it would go on', async () => {
    const arrived = new Promise<IncomingMessage>((resolve) => {
      on.upstream.scripts((response, _received, request) => {
        response.writeHead(401, { 'www-authenticate': challenge }).write('{');
        resolve(request);
      }, accepting);
    });
    const { auth } = session('old', () => 'new');
    expect((await on.send(get(), { auth })).status).toBe(201);
    const { socket } = await arrived;
    if (!socket.destroyed) await once(socket, 'close');
  });

  it('nothing of the first try is left on the connection of the browser', async () => {
    on.upstream.scripts(refusing, accepting);
    const request = get();
    const added = jest.spyOn(request.signal, 'addEventListener');
    const removed = jest.spyOn(request.signal, 'removeEventListener');
    const { auth } = session('old', () => 'new');
    await (await on.send(request, { auth })).text();
    const listeners = (spy: typeof added | typeof removed): unknown[] =>
      spy.mock.calls.map(([, listener]) => listener);
    expect(listeners(removed)).toEqual(expect.arrayContaining(listeners(added)));
  });

  it('the second try has a timeout of its own', async () => {
    on.upstream.scripts(refusing, silence);
    const { auth } = session('old', () => 'new');
    expect((await on.send(get(), { auth, timeoutMs: 700 })).status).toBe(504);
  });

  it('a browser that leaves meanwhile ends it', async () => {
    on.upstream.script(refusing);
    const browser = new AbortController();
    const { auth } = session('old', () => {
      browser.abort();
      return new Promise(() => undefined);
    });
    expect((await on.send(get({}, { signal: browser.signal }), { auth })).status).toBe(499);
    expect(tokens()).toEqual(['Bearer old']);
  });
});

describe('No other token is asked for', () => {
  it.each([
    ['a 401 without a challenge', 401, undefined],
    ['a 401 whose challenge names no error', 401, 'Bearer realm="api"'],
    ['a 401 with another error', 401, 'Bearer realm="api", error="invalid_request"'],
    ['a 401 with an error that begins alike', 401, 'Bearer error="invalid_token_type"'],
    ['a 401 whose description speaks of it', 401, 'Bearer error_description="not invalid_token"'],
    ['a 403 whose challenge says so', 403, challenge],
    ['a 400 whose challenge says so', 400, challenge],
    ['a 503', 503, undefined],
  ])('after %s', async (_what, status, header) => {
    on.upstream.script(answering(status, header === undefined ? {} : { 'www-authenticate': header }));
    const { auth, asked } = session('old', () => 'new');
    expect((await on.send(get(), { auth })).status).toBe(status);
    expect(asked).toEqual([{}]);
    expect(on.upstream.received).toHaveLength(1);
  });
});

it.each([
  'Bearer error=invalid_token',
  'bearer ERROR = "invalid_token", realm="x"',
  'DPoP algs="ES256", Bearer error="invalid_token"',
])('The challenge %s calls the token invalid', async (header) => {
  on.upstream.scripts(answering(401, { 'www-authenticate': header }), accepting);
  const { auth } = session('old', () => 'new');
  expect((await on.send(get(), { auth })).status).toBe(201);
});
