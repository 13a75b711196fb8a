import { urlTo } from 'sallyport/next';
import { APP, expectProblem, get, proxying, signedIn, TOKEN } from './support/proxying';

const on = proxying();

/** Each becomes `/api/users/me`, or another path than it says, once the URL parser has read it. */
const REWRITTEN: readonly (readonly [what: string, path: string])[] = [
  ['a tab behind its dots', '..\t/..\t/api/users/me'],
  ['a tab between its dots', '.\t./.\t./api/users/me'],
  ['a tab before its dots', '\t../\t../api/users/me'],
  ['a carriage return', '..\r/..\r/api/users/me'],
  ['a line feed', '..\n/..\n/api/users/me'],
  ['a line end', '..\r\n/..\r\n/api/users/me'],
  ['encoded dots beside a tab', '%2e\t%2E/.\t%2e/api/users/me'],
  ['a tab and backslashes', '..\t\\..\t\\api\\users\\me'],
  ['backslashes', '..\\..\\api\\users\\me'],
  ['a backslash that makes a segment', 'user_1\\m1'],
  ['an outer space behind its dots', '.. '],
  ['an outer NUL', '..\u0000'],
  ['outer controls and spaces', '.. \u001f \u0001'],
  ['a tab within a name', 'us\ter_1'],
  ['a delete character', 'user_1\u007f'],
  ['half a surrogate pair', 'user_1\ud800'],
  ['a tab in its query', 'user_1?cursor=a\tb'],
  ['a line feed in its fragment', 'user_1#a\n'],
];

/** What a url holds whose text was encoded, and so may still be decoded by whoever stands before the service. */
const ENCODED: readonly (readonly [what: string, path: string])[] = [
  ['an encoded tab behind its dots', '..%09/..%09/api/users/me'],
  ['an encoded line end', '..%0d%0A/..%0D%0a/api/users/me'],
  ['an encoded NUL', 'user_1%00'],
  ['an encoded delete character', 'user_1%7F'],
  ['encoded slashes around dots', '..%2f..%2Fapi%2fusers%2fme'],
  ['encoded backslashes around dots', '..%5c..%5Capi%5cusers%5cme'],
  ['encoded slashes around encoded dots', '%2e%2e%2f%2E%2E%2Fapi'],
  ['an encoded slash before its last dots', 'user_1%2f..'],
];

describe.each([...REWRITTEN, ...ENCODED])('A path built by template that holds %s', (_what, path) => {
  const textOf = (origin: string): string => `${origin}/api/user_modules/${path}`;

  it.each(['GET', 'DELETE'])('is a 400 for a %s, and nothing is sent', async (method) => {
    const options = { url: () => textOf(on.upstream.origin), origin: on.upstream.origin };
    const response = await on.send(new Request(APP, { method }), options);
    await expectProblem(response, 400, 'invalid_request');
    expect(on.upstream.received).toEqual([]);
    expect(JSON.stringify(on.events)).not.toContain(TOKEN);
  });

  it('is refused as a fixed url and as the base of one', async () => {
    const fixed = await on.send(get(), { url: textOf(on.upstream.origin), auth: signedIn() });
    await expectProblem(fixed, 400, 'invalid_request');
    expect(() => urlTo(textOf('https://analyzer.example'), 'm1')).toThrow(
      expect.objectContaining({ status: 400, code: 'invalid_request' }),
    );
  });
});

it('A path whose parameter Next has decoded to dots and tabs deletes nobody', async () => {
  const handler = on.proxy({
    url: async (_request, { params }) =>
      `${on.upstream.origin}/api/user_modules/user/${((await params)['path'] as string[]).join('/')}`,
    origin: on.upstream.origin,
  });
  const path = '..%09/..%09/..%09/api/users/me'.split('/').map(decodeURIComponent);
  const request = new Request(`${APP}/api/modules`, { method: 'DELETE' });
  await expectProblem(await handler(request, { params: Promise.resolve({ path }) }), 400, 'invalid_request');
  expect(on.upstream.received).toEqual([]);
});

it.each([
  ['/user/a%20b', '/user/a%20b'],
  ['/user/a b', '/user/a%20b'],
  ['/user/%C3%A4', '/user/%C3%A4'],
  ['/user/a%2Fb', '/user/a%2Fb'],
  ['/user/..a/b../...', '/user/..a/b../...'],
  ['/user/a?q=%09%5c..%2f', '/user/a?q=%09%5c..%2f'],
])('A path built by template that is only what it says, as %s, is sent', async (path, sent) => {
  const options = { url: () => `${on.upstream.origin}${path}`, origin: on.upstream.origin };
  expect((await on.send(get(), options)).status).toBe(200);
  expect(on.upstream.received.map((received) => received.path)).toEqual([sent]);
});
