import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { analyzerProxy } from 'sallyport/next';
import type { ProxyHandler } from 'sallyport/next';
import { NO_PARAMS, TOKEN, get, post, problemOf, proxying, signedIn } from './support/proxying';

const on = proxying();
let refusing = '';
let lines: string[] = [];
let clock = 0;

beforeAll(async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  refusing = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  server.close();
  await once(server, 'close');
});

beforeEach(() => {
  lines = [];
  jest.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
  jest.spyOn(performance, 'now').mockImplementation(() => clock);
});
afterEach(() => jest.restoreAllMocks());

function silent(options: object = {}): ProxyHandler {
  return analyzerProxy({ url: on.upstream.origin, auth: signedIn(), ...options });
}

describe('Without onEvent', () => {
  it('a 5xx of the proxy is one line that says why, and names the request', async () => {
    await silent({ url: refusing })(get({ 'x-request-id': 'req-1' }), NO_PARAMS);
    expect(lines).toEqual([
      'sallyport/next: GET 502 upstream_unreachable (ECONNREFUSED): The service cannot be reached. Request req-1.',
    ]);
  });

  it('each kind is written once in ten seconds, and then how many more there were', async () => {
    const handler = silent({ url: refusing });
    const at = async (second: number): Promise<void> => {
      clock = second * 1000;
      await handler(get({ 'x-request-id': `at-${String(second)}` }), NO_PARAMS);
    };
    for (const second of [0, 1, 9.999, 10, 11, 30]) await at(second);
    expect(lines.map((line) => line.replace(/^.*Request /, ''))).toEqual([
      'at-0.',
      'at-10, and 2 more like it before.',
      'at-30, and 1 more like it before.',
    ]);
  });

  it('another kind is written beside it', async () => {
    let fails = true;
    const auth = async (): Promise<null> => {
      if (fails) throw new TypeError('no session');
      throw new Error(TOKEN);
    };
    const handler = silent({ auth });
    await handler(get(), NO_PARAMS);
    on.upstream.script((response) => response.writeHead(302, { location: '/' }).end());
    await silent()(get(), NO_PARAMS);
    fails = false;
    await handler(get(), NO_PARAMS);
    expect(lines).toEqual([
      expect.stringMatching(/GET 500 internal \(auth_threw TypeError\): Something went wrong on our side\./),
      expect.stringMatching(/GET 502 upstream_redirect \(redirect\)/),
    ]);
  });

  it('a wrong option is written in its own words', async () => {
    await silent({ timeoutMs: 0 })(get(), NO_PARAMS);
    await silent({ onEvent: 'log' })(get(), NO_PARAMS);
    expect(lines).toEqual([
      expect.stringMatching(/GET 500 misconfigured: timeoutMs must be .* Request [\w-]+\.$/),
      expect.stringMatching(/GET 500 misconfigured: onEvent must be a function\. Request/),
    ]);
  });

  it("the caller's own mistakes, answers and the service's own 5xx are not written", async () => {
    await silent()(get(), NO_PARAMS);
    await silent()(post('{'), NO_PARAMS);
    await silent({ auth: async () => null })(get(), NO_PARAMS);
    await silent()(get({}, { signal: AbortSignal.abort() }), NO_PARAMS);
    on.upstream.script((response) => response.writeHead(503).end());
    await silent()(get(), NO_PARAMS);
    expect(lines).toEqual([]);
  });

  it('no token and no body stands in a line', async () => {
    const auth = (): Promise<never> =>
      Promise.reject(Object.assign(new Error(TOKEN), { name: `x ${TOKEN}` }));
    await silent({ auth })(get(), NO_PARAMS);
    const text: unknown = TOKEN;
    const throwing = (): never => {
      throw text;
    };
    await silent({ auth: throwing })(get(), NO_PARAMS);
    await silent({ url: refusing })(post('{"password":"hunter2"}'), NO_PARAMS);
    expect(lines).toHaveLength(3);
    expect(lines.join()).not.toMatch(/hunter2|header\.payload/);
    expect(lines[0]).toContain('(auth_threw Error)');
    expect(lines[1]).toContain('(auth_threw)');
  });
});

it('With onEvent nothing is written, and the event says why', async () => {
  const url = (): never => {
    throw new RangeError('out of reach');
  };
  await on.send(get(), { url, origin: null });
  await on.send(get(), { auth: () => Promise.reject(new TypeError(TOKEN)) });
  await on.send(get(), { url: refusing });
  on.upstream.script((response) => response.writeHead(302).end());
  await on.send();
  on.upstream.script(() => undefined);
  await on.send(get(), { timeoutMs: 50 });
  expect(on.events).toMatchObject([
    { status: 500, failure: 'url_threw', threw: 'RangeError' },
    { status: 500, failure: 'auth_threw', threw: 'TypeError' },
    { status: 502, failure: 'ECONNREFUSED' },
    { status: 502, failure: 'redirect' },
    { status: 504, failure: 'no_headers' },
  ]);
  expect(lines).toEqual([]);
});

describe('name', () => {
  it('stands in the title of a 502 and 504 and in no other', async () => {
    const title = async (options: object): Promise<unknown> =>
      (await problemOf(await on.send(get(), { name: 'the ledger API', ...options })))['title'];
    expect(await title({ url: refusing })).toBe('Failed to communicate with the ledger API');
    expect(await title({ auth: async () => null })).toBe('Authentication required');
    on.upstream.script((response) => response.writeHead(302).end());
    expect(await title({})).toBe('Failed to communicate with the ledger API');
    on.upstream.script(() => undefined);
    expect(await title({ timeoutMs: 50 })).toBe('Failed to communicate with the ledger API');
  });

  it.each<[string, unknown]>([
    ['nothing', ''],
    ['a line end', 'the\nAPI'],
    ['too much', 'x'.repeat(101)],
    ['a number', 7],
    ['null', null],
  ])('of %s is a 500 problem', async (_what, name) => {
    const problem = await problemOf(await on.send(get(), { name: name as string }));
    expect(problem).toMatchObject({ status: 500, code: 'misconfigured', title: 'Misconfigured' });
    expect(problem['detail']).toContain('name');
  });
});
