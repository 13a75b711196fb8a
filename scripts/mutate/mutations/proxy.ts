import type { Mutation } from '../mutation';

const headers = ['test/lib/next/headers.test.ts'];
const configuration = ['test/lib/next/configuration.test.ts'];

/** The Next.js proxy. */
export const proxy: readonly Mutation[] = [
  {
    breaks: 'The proxy forwards cookies',
    file: 'lib/next/request-headers.ts',
    search: "['accept', 'if-match',",
    replace: "['cookie', 'accept', 'if-match',",
    tests: headers,
  },
  {
    breaks: 'The proxy forwards X-Forwarded-For',
    file: 'lib/next/request-headers.ts',
    search: "'traceparent']",
    replace: "'traceparent', 'x-forwarded-for']",
    tests: headers,
  },
  {
    breaks: 'The service sets cookies of the app',
    file: 'lib/next/answer.ts',
    search: "['content-type', 'etag',",
    replace: "['set-cookie', 'content-type', 'etag',",
    tests: headers,
  },
  {
    breaks: 'An answer of the proxy may be stored by caches',
    file: 'lib/next/answer.ts',
    search: "  headers.set('cache-control', 'private, no-store');\n",
    replace: '',
    tests: ['test/lib/next/'],
  },
  {
    breaks: 'Dot segments leave the path that the route names',
    file: 'lib/next/faithful-url.ts',
    search: 'if (DOT_SEGMENT.test(path)) throw',
    replace: 'if (DOT_SEGMENT.test("")) throw',
    tests: configuration,
  },
  {
    breaks: 'What the URL parser drops or folds reaches it',
    file: 'lib/next/request-url.ts',
    search: '    refuseUnfaithful(made);\n',
    replace: '    void refuseUnfaithful;\n',
    tests: ['test/lib/next/faithful-url.test.ts', 'test/lib/next/configuration.test.ts'],
  },
  {
    breaks: 'A sibling site sends requests without a body',
    file: 'lib/next/cross-site.ts',
    search: "['same-origin', 'none']",
    replace: "['same-origin', 'same-site', 'none']",
    tests: ['test/lib/next/cross-site.test.ts'],
  },
  {
    breaks: 'urlTo lets two dots through',
    file: 'lib/next/url-to.ts',
    search: " || segment === '..'",
    replace: '',
    tests: ['test/lib/next/url-to.test.ts'],
  },
  {
    breaks: 'Another site sends requests with the session of its visitor',
    file: 'lib/next/cross-site.ts',
    search: "if (!own) throw new ProxyProblem('cross_site'",
    replace: "if (own === undefined) throw new ProxyProblem('cross_site'",
    tests: ['test/lib/next/cross-site.test.ts'],
  },
  {
    breaks: 'The proxy follows a redirect with the token',
    file: 'lib/next/upstream.ts',
    search: "redirect: 'manual'",
    replace: "redirect: 'follow'",
    tests: ['test/lib/next/failures.test.ts'],
  },
  {
    breaks: 'A url of another origin gets the token',
    file: 'lib/next/request-url.ts',
    search: '    refuseOtherOrigins(target, origins);\n',
    replace: '    void refuseOtherOrigins;\n',
    tests: configuration,
  },
  {
    breaks: 'A url with a user name gets the token',
    file: 'lib/next/target.ts',
    search: "if (url.username !== '' || url.password !== '')",
    replace: "if (url.username === '@')",
    tests: configuration,
  },
  {
    breaks: 'A token goes over plain http',
    file: 'lib/next/target.ts',
    search: 'LOOPBACK.test(url.hostname) || plain.has(hostAndPort(url))',
    replace: "url.protocol === 'http:'",
    tests: configuration,
  },
  {
    breaks: 'The proxy tries again with the same token',
    file: 'lib/next/renewal.ts',
    search: "return token === bearer.token ? { why: 'same_token' } : { token };",
    replace: 'return { token };',
    tests: ['test/lib/next/renewal.test.ts'],
  },
  {
    breaks: 'The proxy reads bodies of any size',
    file: 'lib/next/request-body.ts',
    search: 'if (length > maxBytes)',
    replace: 'if (length > 1e9)',
    tests: ['test/lib/next/body.test.ts'],
  },
  {
    breaks: 'The proxy sends a body on that is not JSON',
    file: 'lib/next/request-body.ts',
    search: '  refuseOtherThanJson(bytes);\n',
    replace: '  void refuseOtherThanJson;\n',
    tests: ['test/lib/next/body.test.ts'],
  },
  {
    breaks: 'A token of any characters is put into a header',
    file: 'lib/next/session.ts',
    search: "typeof token === 'string' && B64TOKEN.test(token)",
    replace: "typeof token === 'string' && B64TOKEN.test('a')",
    tests: ['test/lib/next/session.test.ts'],
  },
];
