import { expectProblem, get, post, proxying } from './support/proxying';

const on = proxying();
type Fields = Record<string, string>;

describe('A request that changes something', () => {
  it.each<[string, Fields]>([
    ['from the app itself', { 'sec-fetch-site': 'same-origin' }],
    ['that a person began', { 'sec-fetch-site': 'none' }],
    ['from a program that is no browser', {}],
    ['from the app itself, by an older browser', { origin: 'http://app.test' }],
    ['from the app itself, behind a proxy that ends TLS', { origin: 'https://app.test' }],
    ['from the host that the browser asked for', { origin: 'https://www.app.test', host: 'WWW.app.test' }],
    [
      'from the host that a proxy was asked for',
      { origin: 'https://app.example', host: 'internal:3000', 'x-forwarded-host': 'app.example' },
    ],
    [
      'from the first of the hosts that proxies were asked for',
      { origin: 'https://app.example', 'x-forwarded-host': 'APP.example , internal:3000' },
    ],
    ['whose proxies name no host', { origin: 'http://app.test', 'x-forwarded-host': '' }],
    ['to the spelled default port of https', { origin: 'https://app.example', host: 'app.example:443' }],
    ['to the spelled default port of http', { origin: 'http://app.example', host: 'app.example:80' }],
    [
      'to the spelled default port, forwarded',
      { origin: 'https://app.example', 'x-forwarded-host': 'app.example:443' },
    ],
    [
      'from a page of plain http behind proxies that do not say how they were asked',
      { origin: 'http://app.test', 'x-forwarded-proto': 'http' },
    ],
    ['from the app itself over https', { origin: 'https://app.test', 'x-forwarded-proto': 'https, http' }],
    ['whose Sec-Fetch-Site settles it', { 'sec-fetch-site': 'same-origin', origin: 'https://cdn.test' }],
  ])('passes %s', async (_what, headers) => {
    expect((await on.send(post('{}', headers))).status).toBe(200);
  });

  const foreign: [string, Fields][] = [
    ["from another site's page", { 'sec-fetch-site': 'cross-site' }],
    [
      "from another site's page that claims the app's origin",
      { 'sec-fetch-site': 'cross-site', origin: 'http://app.test' },
    ],
    ["from a sibling of the app's host", { 'sec-fetch-site': 'same-site' }],
    [
      "from a sibling that claims the app's origin",
      { 'sec-fetch-site': 'same-site', origin: 'http://app.test' },
    ],
    ['from a sibling, by an older browser', { origin: 'http://sibling.app.test' }],
    ['with a word that no browser sends', { 'sec-fetch-site': 'Same-Origin, cross-site' }],
    ['with an empty word', { 'sec-fetch-site': '' }],
    ['from another origin, by an older browser', { origin: 'http://evil.test' }],
    ['from another port', { origin: 'http://app.test:8080' }],
    ['from a host that ends like the app', { origin: 'http://notapp.test' }],
    ['from an opaque origin', { origin: 'null' }],
    ['from an origin that is none', { origin: 'app.test' }],
    [
      "from the app's url, which is not the host that was asked for",
      { origin: 'http://app.test', host: 'www.app.test' },
    ],
    [
      'from the host that a proxy asked for, which is not the one that it was asked for',
      { origin: 'http://app.test', 'x-forwarded-host': 'www.app.test' },
    ],
    [
      'from the second of two hosts',
      { origin: 'https://evil.test', 'x-forwarded-host': 'app.test, evil.test' },
    ],
    [
      'from another port than the forwarded one',
      { origin: 'https://app.test', 'x-forwarded-host': 'app.test:80' },
    ],
    ['from the port of another scheme', { origin: 'http://app.test', host: 'app.test:443' }],
    [
      "from a page of plain http at the app's host, which was asked for over https",
      { origin: 'http://app.test', 'x-forwarded-proto': 'HTTPS' },
    ],
    [
      "from a page of plain http at the app's host, whose first proxy was asked over https",
      {
        origin: 'http://app.example',
        'x-forwarded-host': 'app.example',
        'x-forwarded-proto': 'https , http',
      },
    ],
    ['whose host hides another one', { origin: 'https://evil.test', host: 'app.test@evil.test' }],
    ['whose host goes on', { origin: 'https://evil.test', host: 'evil.test/app.test' }],
    ['whose host is none', { origin: 'https://evil.test', 'x-forwarded-host': '[' }],
  ];

  it.each(foreign)('is 403 cross_site %s, before anybody asks who it is', async (_what, headers) => {
    const auth = jest.fn();
    await expectProblem(await on.send(post('{}', headers), { auth }), 403, 'cross_site');
    expect(auth).not.toHaveBeenCalled();
    expect(on.upstream.received).toEqual([]);
  });

  const methods = ['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'];
  const withoutBody = methods.flatMap((method): [string, string, Fields][] => [
    [method, 'another site', { 'sec-fetch-site': 'cross-site' }],
    [method, 'a sibling', { 'sec-fetch-site': 'same-site' }],
    [method, 'a sibling, by an older browser', { origin: 'http://sibling.app.test' }],
  ]);

  it.each(withoutBody)(
    'is 403 as a %s without a body from %s, which no preflight stops',
    async (...given) => {
      const [method, , headers] = given;
      await expectProblem(
        await on.send(new Request('http://app.test/', { method, headers })),
        403,
        'cross_site',
      );
      expect(on.upstream.received).toEqual([]);
    },
  );
});

it('A request that only reads may come from a link on another site', async () => {
  expect((await on.send(get({ 'sec-fetch-site': 'cross-site', origin: 'http://evil.test' }))).status).toBe(
    200,
  );
});

describe('allowedOrigins', () => {
  const send = (origin: string, allowedOrigins: readonly string[], more: Fields = {}): Promise<Response> =>
    on.send(post('{}', { origin, ...more }), { allowedOrigins });

  it.each<[string, string]>([
    ['https://admin.example', 'admin.example'],
    ['http://admin.example', 'Admin.Example'],
    ['https://a.app.example', '*.app.example'],
    ['https://a.b.app.example', '**.app.example'],
    ['https://a.b.app.example', '*.*.app.example'],
    ['https://a.app.example:8443', '*.app.example:8443'],
    ['http://localhost:5173', 'localhost:5173'],
    ['http://[::1]:5173', '[::1]:5173'],
  ])('lets a page of %s send, by %s, whatever Sec-Fetch-Site says', async (origin, pattern) => {
    for (const site of ['same-site', 'cross-site', undefined]) {
      const more: Fields = site === undefined ? {} : { 'sec-fetch-site': site };
      expect((await send(origin, ['other.example', pattern], more)).status).toBe(200);
    }
  });

  it.each<[string, string]>([
    ['https://evil.example', 'admin.example'],
    ['https://app.example', '*.app.example'],
    ['https://app.example', '**.app.example'],
    ['https://a.b.app.example', '*.app.example'],
    ['https://a.app.example.evil.test', '*.app.example'],
    ['https://aXapp.example', '*.app.example'],
    ['https://adminXexample', 'admin.example'],
    ['https://a.app.example:8443', '*.app.example'],
    ['https://app.example', 'app.example:443'],
    ['null', 'null'],
  ])('lets no page of %s send, by %s', async (origin, pattern) => {
    await expectProblem(await send(origin, [pattern]), 403, 'cross_site');
    expect(on.upstream.received).toEqual([]);
  });

  it('takes the page of an app over https only if it came over https too', async () => {
    const over = (scheme: string): Promise<Response> =>
      send(`${scheme}://admin.example`, ['admin.example'], {
        'x-forwarded-proto': 'https',
        'sec-fetch-site': 'cross-site',
      });
    expect((await over('https')).status).toBe(200);
    await expectProblem(await over('http'), 403, 'cross_site');
  });

  it('says nothing for a request of another site that names no origin', async () => {
    const request = post('{}', { 'sec-fetch-site': 'cross-site' });
    await expectProblem(await on.send(request, { allowedOrigins: ['admin.example'] }), 403, 'cross_site');
  });

  it.each<[string, unknown]>([
    ['no list', 'admin.example'],
    ['an origin with its scheme', ['https://admin.example']],
    ['a path', ['admin.example/x']],
    ['any site', ['*']],
    ['any site of any depth', ['**']],
    ['any top-level domain', ['app.*']],
    ['a wildcard within a label', ['a*.app.example']],
    ['a deep wildcard that is not the first label', ['a.**.example']],
    ['an empty label', ['app..example']],
    ['an expression', ['(a|b).example']],
    ['nothing', ['']],
    ['a number', [7]],
    ['null', null],
  ])('of %s is a 500 problem that names it', async (_what, allowedOrigins) => {
    const response = await on.send(post(), { allowedOrigins: allowedOrigins as string[] });
    expect(await response.clone().text()).toContain('allowedOrigins');
    await expectProblem(response, 500, 'misconfigured');
    expect(on.upstream.received).toEqual([]);
  });
});
