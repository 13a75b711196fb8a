import { analyzerProxy, urlTo } from 'sallyport/next';
import type { ProxyOptions } from 'sallyport/next';
import { NO_PARAMS, get, problemOf, proxying, signedIn } from './support/proxying';

const on = proxying();

beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => jest.restoreAllMocks());

async function expectMisconfigured(options: object, named: string): Promise<void> {
  const response = await on.send(get(), options);
  const problem = await problemOf(response);
  expect(problem).toMatchObject({ status: 500, code: 'misconfigured', title: 'Misconfigured' });
  expect(problem['detail']).toContain(named);
  expect(on.upstream.received).toEqual([]);
}

describe('A fixed url', () => {
  it.each<[string, unknown]>([
    ['of an unset environment variable', `${String(undefined)}/api/user_modules/save`],
    ['that is undefined', undefined],
    ['that is relative', '/api/user_modules/save'],
    ['that is empty', ''],
    ['in http off loopback', 'http://analyzer.example/api'],
    ['in http at 0.0.0.0, which is no loopback', 'http://0.0.0.0:3000/api'],
    ['in http at a name that begins like loopback', 'http://127.0.0.1.example/api'],
    ['in http at a name that ends like loopback', 'http://notlocalhost/api'],
    ['in another scheme', 'ftp://localhost/api'],
    ['that is a number', 7],
    ['with a user name', 'https://user@analyzer.example/api'],
    ['with a password', 'https://:secret@analyzer.example/api'],
    ['with a password, as a URL', new URL('https://user:secret@analyzer.example/api')],
  ])('%s is a 500 problem that names the option', async (_what, url) => {
    await expectMisconfigured({ url }, 'url');
  });

  it('that is refused is not repeated in the answer', async () => {
    const response = await on.send(get(), { url: 'https://user:hunter2@analyzer.example' });
    expect(await response.text()).not.toContain('hunter2');
  });

  it('with dot segments is refused instead of resolved', async () => {
    const response = await on.send(get(), { url: `${on.upstream.origin}/api/../admin` });
    expect((await problemOf(response))['code']).toBe('invalid_request');
  });

  it.each(['localhost', '127.0.0.1', '[::1]'])('may be http at %s', async (host) => {
    const url = `http://${host}:9/`;
    const response = await analyzerProxy({ url, auth: signedIn() })(get(), NO_PARAMS);
    expect((await problemOf(response))['code']).toBe('upstream_unreachable');
  });

  it('may be https anywhere', async () => {
    const auth = async (): Promise<null> => null;
    const response = await analyzerProxy({ url: 'https://analyzer.example/', auth })(get(), NO_PARAMS);
    expect((await problemOf(response))['code']).toBe('missing_credentials');
  });

  it('may be a URL, and changing that URL later changes nothing', async () => {
    const url = new URL(`${on.upstream.origin}/first`);
    const handler = on.proxy({ url });
    await handler(get(), NO_PARAMS);
    url.pathname = '/second';
    await handler(get(), NO_PARAMS);
    expect(on.upstream.received.map(({ path }) => path)).toEqual(['/first', '/first']);
  });

  it('of another origin than the given one is refused', async () => {
    await expectMisconfigured({ origin: 'https://analyzer.example' }, 'origin');
  });
});

describe('allowHttp', () => {
  /** Reaches the upstream by a name that is no loopback address. */
  const elsewhere = (): { host: string; url: string } => {
    const host = on.upstream.origin.replace('http://127.0.0.1', '0.0.0.0');
    return { host, url: `http://${host}/api` };
  };

  it('lets a token go to the host and port that it spells, in plain http', async () => {
    const { host, url } = elsewhere();
    expect((await on.send(get(), { url, allowHttp: [host] })).status).toBe(200);
    const made = { url: () => urlTo(`http://${host}`, 'a'), origin: `http://${host}`, allowHttp: [host] };
    expect((await on.send(get(), made)).status).toBe(200);
    expect(on.upstream.received.map(({ path }) => path)).toEqual(['/api', '/a']);
  });

  it.each<[string, (host: string) => readonly string[]]>([
    ['nothing', () => []],
    ['another port', () => ['0.0.0.0:1']],
    ['hosts that begin and end like it', (host) => [`a.${host}`, host.replace(':', '.example:')]],
  ])(
    'that spells %s lets none go, and the problem names the option and not the host',
    async (_, allowHttp) => {
      const { host, url } = elsewhere();
      await expectMisconfigured({ url, allowHttp: allowHttp(host) }, 'allowHttp');
      await expectMisconfigured(
        { url: () => urlTo(url), origin: null, allowHttp: allowHttp(host) },
        'allowHttp',
      );
      expect(await (await on.send(get(), { url })).text()).not.toContain(host);
    },
  );

  it('knows port 80 of a url without one', async () => {
    const auth = async (): Promise<null> => null;
    const options = { url: 'http://analyzer/api', auth, allowHttp: ['Analyzer:80'] };
    const response = await analyzerProxy(options)(get(), NO_PARAMS);
    expect((await problemOf(response))['code']).toBe('missing_credentials');
  });

  it.each([
    ['no list', 'analyzer:3000'],
    ['a host without its port', ['analyzer']],
    ['a url', ['http://analyzer:3000']],
    ['a path', ['analyzer:3000/api']],
    ['a wildcard port', ['analyzer:*']],
    ['a wildcard host', ['*:3000']],
    ['an address in another spelling', ['127.1:80']],
    ['userinfo', ['ada@analyzer:3000']],
    ['nothing', ['']],
    ['a number', [3000]],
    ['null', null],
  ])('of %s is a 500 problem', async (_, allowHttp) => {
    await expectMisconfigured({ allowHttp }, 'allowHttp');
  });
});

describe('A url made for each request', () => {
  const madeFrom = (url: unknown, origin: unknown): object => ({ url: () => url, origin });

  it('is given the request and the route context, whose params may be waited for', async () => {
    const handler = on.proxy({
      url: async (request, { params }) =>
        `${on.upstream.origin}/${(await params)['userId'] as string}${new URL(request.url).search}`,
      origin: on.upstream.origin,
    });
    await handler(new Request('http://app.test/?limit=2'), { params: Promise.resolve({ userId: 'u1' }) });
    expect(on.upstream.received[0]!.path).toBe('/u1?limit=2');
  });

  it('may be of any origin in a list', async () => {
    const origin = ['https://analyzer.example', on.upstream.origin];
    expect((await on.send(get(), madeFrom(`${on.upstream.origin}/x`, origin) as ProxyOptions)).status).toBe(
      200,
    );
  });

  it('may be of any origin when origin is null', async () => {
    expect((await on.send(get(), madeFrom(`${on.upstream.origin}/x`, null) as ProxyOptions)).status).toBe(
      200,
    );
  });

  it('demands an origin: undefined, as an unset variable is, admits none', async () => {
    await expectMisconfigured({ url: () => `${on.upstream.origin}/x`, origin: undefined }, 'origin');
    await expectMisconfigured({ url: () => `${on.upstream.origin}/x` }, 'origin');
  });

  it.each<[string, (own: string) => unknown, string]>([
    ['an empty list', () => [], 'at least one'],
    ['a list with an unset variable', (own) => [own, undefined], 'absolute url'],
    ['an origin with a path', (own) => `${own}/api`, 'without a path'],
    ['an origin with a query', (own) => `${own}?x`, 'without a path'],
    ['an origin with a fragment', (own) => `${own}#x`, 'without a path'],
    ['an origin in http off loopback', (own) => [own, 'http://analyzer.example'], 'https'],
    ['an origin with a user name', (own) => own.replace('//', '//user@'), 'user name'],
    ['text that is no origin', () => 'analyzer.example', 'absolute url'],
  ])('is refused beside %s', async (_what, origin, named) => {
    await expectMisconfigured(
      { url: () => `${on.upstream.origin}/x`, origin: origin(on.upstream.origin) },
      named,
    );
  });

  it.each<[string, (own: string) => unknown]>([
    ['of another port', () => 'http://127.0.0.1:9/x'],
    ['of a host that its own host is glued to', (own) => `${own.replace('http:', 'https:')}.example/x`],
    ['of another host through userinfo', (own) => `${own}@analyzer.example/x`],
    ['with userinfo before its own host', (own) => own.replace('//', '//user:secret@')],
    ['that is relative', () => '/x'],
    ['that is nothing', () => undefined],
    ['in http off loopback', () => 'http://analyzer.example/x'],
  ])('is a 500 and nothing is sent for a result %s', async (_what, result) => {
    await expectMisconfigured({ url: () => result(on.upstream.origin), origin: on.upstream.origin }, 'url');
  });

  it('is refused off loopback in http and with userinfo even when any origin will do', async () => {
    await expectMisconfigured({ url: () => 'http://analyzer.example/', origin: null }, 'url');
    await expectMisconfigured({ url: () => 'https://user@analyzer.example/', origin: null }, 'url');
  });

  it.each([
    '/../admin',
    '/%2e%2E/admin',
    '/.%2e/x',
    '\\..\\admin',
    '/api/.',
    '/./x',
    '/%2f..%2Fadmin',
    '/a%5c..',
    '/..?x',
    '/..#x',
  ])('is a 400 and nothing is sent when its text holds the dot segment of %s', async (path) => {
    const options = { url: () => `${on.upstream.origin}/api${path}`, origin: on.upstream.origin };
    expect(await problemOf(await on.send(get(), options))).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
    expect(on.upstream.received).toEqual([]);
  });

  it('may hold dots that are no segment, and in its query', async () => {
    const options = { url: () => `${on.upstream.origin}/a..b/v1.2?path=/../x`, origin: on.upstream.origin };
    expect((await on.send(get(), options)).status).toBe(200);
    expect(on.upstream.received[0]!.path).toBe('/a..b/v1.2?path=/../x');
  });

  it('that throws is a 500 told as url_threw, without its message', async () => {
    const url = (): string => {
      throw new Error('the secret of the url');
    };
    const response = await on.send(get(), { url, origin: on.upstream.origin });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(on.events).toMatchObject([{ type: 'refused', code: 'internal', failure: 'url_threw' }]);
  });

  it('that never settles is a 500 once timeoutMs have passed', async () => {
    const url = (): Promise<string> => new Promise(() => undefined);
    const response = await on.send(get(), { url, origin: on.upstream.origin, timeoutMs: 30 });
    expect((await problemOf(response))['code']).toBe('internal');
    expect(on.events).toMatchObject([{ failure: 'url_timeout' }]);
  });
});

describe('Options', () => {
  it.each<[string, object, string]>([
    ['an unknown one', { timeout: 5 }, 'timeout'],
    ['no auth', { auth: undefined }, 'auth'],
    ['an empty template', { template: '' }, 'template'],
    ['a template that is no text', { template: 1 }, 'template'],
    ['no time at all', { timeoutMs: 0 }, 'timeoutMs'],
    ['a time that is no number', { timeoutMs: NaN }, 'timeoutMs'],
    ['a time beyond what a timer can hold', { timeoutMs: 2 ** 31 }, 'timeoutMs'],
    ['a negative cap', { maxBodyBytes: -1 }, 'maxBodyBytes'],
    ['a cap in words', { maxBodyBytes: '1mb' }, 'maxBodyBytes'],
    ['a name of two lines', { name: 'a\nb' }, 'name'],
    ['an onEvent that is no function', { onEvent: 'log' }, 'onEvent'],
  ])('with %s are a 500 problem that names the option', async (_what, options, named) => {
    await expectMisconfigured(options, named);
  });

  it('are not looked at before the first request: a build loads routes without their environment', () => {
    expect(() =>
      analyzerProxy({ url: 'nonsense', auth: 7, bogus: true } as unknown as ProxyOptions),
    ).not.toThrow();
  });

  it('come before the user: a wrong url is found by whoever calls first', async () => {
    await expectMisconfigured({ url: 'nonsense', auth: async () => null }, 'url');
  });
});
