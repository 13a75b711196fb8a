import { linksBack } from '../../../lib/next/links-back';
import { get, post, proxying } from './support/proxying';
import { answering } from './support/upstream';

const on = proxying();

async function back(name: string, value: string): Promise<string | null> {
  on.upstream.script(answering(201, { [name]: value }, '{}'));
  const response = await on.send(name === 'location' ? post() : get());
  expect(response.status).toBe(201);
  return response.headers.get(name);
}

/** Below `/api/user_modules/save`, where the proxy under test sends. */
const AT_THE_SERVICE: [string, (own: string) => string, string][] = [
  ['an absolute path', () => '/a/b?c=d#e', '/a/b?c=d#e'],
  ['a relative path', () => 'm1', '/api/user_modules/m1'],
  ['a path with dots', () => '../m1', '/api/m1'],
  ['a query', () => '?page=2', '/api/user_modules/save?page=2'],
  ["an address of the service's origin", (own) => `${own}/a/b?c=d`, '/a/b?c=d'],
  ["the service's origin alone", (own) => own, '/'],
  ['an address without its scheme', (own) => own.replace('http:', '') + '/a', '/a'],
];

describe('Location', () => {
  it.each(AT_THE_SERVICE)('that is %s comes back as a path', async (_what, value, path) => {
    expect(await back('location', value(on.upstream.origin))).toBe(path);
  });

  it.each<[string, (own: string) => string]>([
    ['is of another host', () => 'http://internal.host/x'],
    ['is of another port', () => 'http://127.0.0.1:9/x'],
    ['is of another scheme', (own) => own.replace('http:', 'https:')],
    ['has another host and no scheme', () => '//internal.host/x'],
    ['hides another host behind a backslash', () => '/\\internal.host/x'],
    ['is of its origin, with a path that is another host to a browser', (own) => `${own}//evil.test/x`],
    ['is a path that becomes another host', () => '/.//evil.test/x'],
    ['is of no origin', () => 'javascript:alert(1)'],
    ['is no address', () => 'http://['],
  ])('that %s does not come back', async (_what, value) => {
    expect(await back('location', value(on.upstream.origin))).toBeNull();
  });
});

describe('Link', () => {
  it("says nothing of the service's address", async () => {
    const { origin } = on.upstream;
    const link = `<${origin}/a?page=2>; rel="next", <b>; rel=x, <https://else.example/>; rel=license`;
    expect(await back('link', link)).toBe(
      '</a?page=2>; rel="next", <b>; rel=x, <https://else.example/>; rel=license',
    );
  });

  it('says nothing of it behind a target that does not end', async () => {
    expect(await back('link', `<a:<${on.upstream.origin}/a>; rel="next"`)).toBe('<a:</a>; rel="next"');
  });

  // Read to its end for each of them this takes minutes.
  it('of a million characters that opens targets and closes none is read once', () => {
    const hostile = '<a:'.repeat(350_000);
    expect(linksBack(hostile, new URL('http://analyzer.test'))).toBe(hostile);
  });

  it('that cannot be read stays as it is', async () => {
    expect(await back('link', '<http://[>; rel="next"')).toBe('<http://[>; rel="next"');
  });
});
