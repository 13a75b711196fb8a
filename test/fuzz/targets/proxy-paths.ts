import { strict as assert } from 'node:assert';
import fc, { type Arbitrary } from 'fast-check';
import { analyzerProxy, urlTo } from 'sallyport/next';
import { startUpstream } from '../../lib/next/support/upstream';
import { later } from '../../support/clean-up';
import { applyEdits, edits } from '../support/edits';
import { property, type FuzzTarget } from '../target';

const PIECES = [
  ...[
    'a',
    'alice',
    '.',
    '..',
    '...',
    '/',
    '//',
    '\\',
    '%2e',
    '%2E%2e',
    '%2f',
    '%5c',
    '%',
    '%zz',
    '%00',
    '%09',
    '%25',
  ],
  ...[
    '\t',
    '\r',
    '\n',
    ' ',
    '\0',
    '\x1f',
    '\x7f',
    '\u00a0',
    '\u2028',
    '\ufeff',
    '\u3000',
    'é',
    '｡',
    '．',
    '／',
    '𝄞',
    '\ud800',
  ],
  ...[
    '@',
    ':',
    ':80',
    '@evil.example',
    '?',
    '?x=1',
    '#',
    '#x',
    ';',
    '&',
    '|',
    '<',
    '"',
    '`',
    '{',
    '[',
    ']',
    '^',
    '~',
    "'",
  ],
];
const PREFIX = '/api/user_modules/user/';

/** What a browser chose and a host put into its url. */
const path: Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom('alice', 'alice/m1', '../../users/me', 'a/../b'), edits())
    .map(([text, list]) => applyEdits(text, list)),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const inputs = fc.record({
  path,
  built: fc.constantFrom('by template', 'behind the origin', 'by urlTo'),
});

/** Bytes, since `%e9` is no text of its own. */
function decoded(text: string): string {
  const bytes = Buffer.from(text.toWellFormed()).toString('latin1');
  return bytes.replaceAll(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** A url sends nothing behind a `#`; what stands behind a `?` is a query that the host wrote. */
function pathAlone(text: string): string {
  return text.split(/[?#]/, 1)[0] ?? '';
}

function assertNoEscape(received: string): void {
  const segments = pathAlone(received).split(/[/\\]|%2f|%5c/i);
  const dots = segments.some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment));
  assert(!/[\\\0-\x20]/.test(received) && !dots, `a path that can be read in two ways: ${received}`);
}

/** Upstream is asked for exactly the path that was built, or the request is refused and nothing is sent. */
export const proxyPaths: FuzzTarget = {
  name: 'proxy-paths',
  runs: 300,
  async open() {
    const upstream = await startUpstream();
    later(() => upstream.close());
    const auth = async () => ({ userId: 'user_1', getToken: async () => 'header.payload.signature' });
    const builders = {
      'by template': (text: string) => `${upstream.origin}${PREFIX}${text}`,
      'behind the origin': (text: string) => `${upstream.origin}${text}`,
      'by urlTo': (text: string) => urlTo(upstream.origin, 'api', text),
    };
    return property(inputs, async ({ path: text, built }) => {
      upstream.received.length = 0;
      const proxy = analyzerProxy({ url: () => builders[built](text), origin: upstream.origin, auth });
      const request = new Request('https://app.example/api/x', { method: 'DELETE' });
      const { status } = await proxy(request, { params: Promise.resolve({}) });
      const [received, ...others] = upstream.received.map(({ path: sent }) => sent);
      assert.deepEqual(others, []);
      if (received === undefined) {
        // Behind the bare origin a text may name another host: that is the host's mistake, and said as one.
        assert(
          status === 400 || (status === 500 && built === 'behind the origin'),
          `${String(status)}, nothing sent`,
        );
        return;
      }
      assert.equal(status, 200);
      const intended = { 'by template': PREFIX + text, 'behind the origin': text, 'by urlTo': undefined }[
        built
      ];
      if (intended === undefined) assert.equal(received, `/api/${encodeURIComponent(text)}`);
      else {
        assertNoEscape(received);
        assert.equal(decoded(pathAlone(received)), decoded(pathAlone(intended) || '/'));
      }
    });
  },
};
