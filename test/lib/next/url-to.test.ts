import { ProxyProblem, urlTo } from 'sallyport/next';
import { get, problemOf, proxying } from './support/proxying';

const BASE = 'https://analyzer.example';
const on = proxying();

describe('urlTo', () => {
  it('joins segments below the base', () => {
    expect(urlTo(BASE, 'api', 'user_modules', 'user', 'user_1').href).toBe(
      `${BASE}/api/user_modules/user/user_1`,
    );
  });

  it.each([`${BASE}/prefix`, `${BASE}/prefix/`, new URL(`${BASE}/prefix//`)])(
    'keeps the path of %s',
    (base) => {
      expect(urlTo(base, 'api').href).toBe(`${BASE}/prefix/api`);
    },
  );

  it.each([
    ['a/b', 'a%2Fb'],
    ['a\\b', 'a%5Cb'],
    ['a?b#c', 'a%3Fb%23c'],
    ['%2e%2e', '%252e%252e'],
    ['../x', '..%2Fx'],
    ['...', '...'],
    ['a b\r\nc', 'a%20b%0D%0Ac'],
    ['ä', '%C3%A4'],
    [':@;,=&+$!', '%3A%40%3B%2C%3D%26%2B%24!'],
  ])('keeps %j one segment', (segment, encoded) => {
    expect(urlTo(BASE, 'a', segment, 'z').href).toBe(`${BASE}/a/${encoded}/z`);
  });

  it('takes the list of a catch-all route as several segments', () => {
    expect(urlTo(BASE, 'a', ['b', 'c/d']).href).toBe(`${BASE}/a/b/c%2Fd`);
  });

  it.each<[string, string | undefined | string[]]>([
    ['empty', ''],
    ['missing', undefined],
    ['one dot', '.'],
    ['two dots', '..'],
    ['two dots in a list', ['a', '..']],
    ['half a surrogate pair', '\ud800'],
  ])('refuses a segment that is %s with 400', (_what, segment) => {
    expect(() => urlTo(BASE, 'a', segment)).toThrow(ProxyProblem);
    expect(() => urlTo(BASE, 'a', segment)).toThrow(expect.objectContaining({ status: 400 }));
  });

  it.each([
    undefined,
    '',
    '/api',
    'ftp://analyzer.example',
    `${BASE}?x=1`,
    `${BASE}/#x`,
    'https://u:p@h.example',
  ])('refuses the base %s as a misconfiguration', (base) => {
    expect(() => urlTo(base, 'a')).toThrow(expect.objectContaining({ status: 500, code: 'misconfigured' }));
  });

  it('leaves it to the proxy whether a token may be sent to its base in plain http', async () => {
    const base = 'http://analyzer.example';
    expect(urlTo(base, 'a').href).toBe(`${base}/a`);
    const response = await on.send(get(), { url: () => urlTo(base, 'a'), origin: null });
    expect(await problemOf(response)).toMatchObject({ status: 500, code: 'misconfigured' });
  });

  it('inside a route answers a bad segment with 400 and sends nothing', async () => {
    const url = (): URL => urlTo(on.upstream.origin, 'user', '..');
    const response = await on.send(get(), { url, origin: on.upstream.origin });
    expect(await problemOf(response)).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(on.upstream.received).toEqual([]);
  });

  it('reaches the service with what the browser sent as one segment', async () => {
    const url = (): URL => urlTo(on.upstream.origin, 'user', 'a/../b?c');
    await on.send(get(), { url, origin: on.upstream.origin });
    expect(on.upstream.received[0]!.path).toBe('/user/a%2F..%2Fb%3Fc');
  });
});
