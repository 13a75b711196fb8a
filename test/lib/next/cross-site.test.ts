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
    ['that an attacker forwards', { origin: 'http://evil.test', 'x-forwarded-host': 'evil.test' }],
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
