import { strict as assert } from 'node:assert';
import fc, { type Arbitrary } from 'fast-check';
import { startService } from '../../support/service';
import { answersIn, assertProblem } from '../support/answers';
import { applyEdits, edits } from '../support/edits';
import { exchangeBytes } from '../support/exchange-bytes';
import { property, type FuzzTarget } from '../target';

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'DELETE',
  'PUT',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'get',
  'G\0T',
  '',
  'X'.repeat(300),
];
const TARGETS = [
  ...[
    '/',
    '/health/live',
    '/api/users/me',
    '/api/keys',
    '/api/user_modules/save',
    '/webhooks/clerk',
    '*',
    '',
  ],
  ...[
    '//',
    '/%',
    '/%E0',
    '/%00',
    '/../x',
    'http://evil.example/api/users/me',
    'a:80',
    '/api/user_modules/user/%2e%2e',
  ],
  ...['/api/user_modules/user/a?limit=1&limit=2', '/?'.padEnd(9000, 'q'), '/\xff', '/a b', '/#x', '/\\evil'],
];
const VERSIONS = ['HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.10', 'http/1.1', '', 'ICY'];
const NAMES = [
  ...[
    'Host',
    'Authorization',
    'X-API-Key',
    'Content-Length',
    'Transfer-Encoding',
    'Content-Type',
    'Connection',
  ],
  ...[
    'Expect',
    'Upgrade',
    'If-Match',
    'If-None-Match',
    'X-Request-Id',
    'X-Forwarded-For',
    'Forwarded',
    'Cookie',
  ],
  ...[
    'Svix-Id',
    'Svix-Timestamp',
    'Svix-Signature',
    'Accept-Encoding',
    'Range',
    'Trailer',
    'TE',
    'Host ',
    '',
    '__proto__',
  ],
];
const VALUES = [
  ...[
    '',
    ' ',
    'x',
    '0',
    '1',
    '-1',
    '+1',
    '0x10',
    '1, 1',
    '99999999999999999999',
    'chunked',
    'identity, chunked',
    'close',
  ],
  ...[
    'keep-alive',
    'Upgrade',
    'h2c',
    'websocket',
    '100-continue',
    '200-maybe',
    'Bearer',
    'Bearer ',
    'Bearer a.b.c',
  ],
  ...[
    'bearer a',
    'Bearer a,',
    'Basic Og==',
    'DPoP x',
    'sp_x',
    'application/json',
    'gzip',
    '"',
    '*',
    'W/"x"',
    'a'.repeat(9000),
  ],
  ...['127.0.0.1:1', '[::1', '::ffff:1.2.3.4', '\xff\xfe', 'a\tb', 'a\0b', 'bytes=0-'],
];
const BODIES = [
  '',
  '{}',
  '5\r\nhello\r\n0\r\n\r\n',
  'zz\r\n',
  '0\r\n\r\n',
  'x'.repeat(2000),
  'GET / HTTP/1.1\r\n\r\n',
];

const latin1 = fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const oneOf = (likely: readonly string[]): Arbitrary<string> =>
  fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...likely) }, latin1);
const lineEnd = fc.oneof(
  { weight: 12, arbitrary: fc.constant('\r\n') },
  fc.constantFrom('\n', '\r', '\r\n ', '\0\r\n'),
);
const header = fc
  .tuple(
    oneOf(NAMES),
    fc.oneof({ weight: 9, arbitrary: fc.constant(': ') }, fc.constantFrom(':', ' : ', '=')),
    oneOf(VALUES),
    lineEnd,
  )
  .map((parts) => parts.join(''));
/** Most requests are whole but for one thing, so that they come past the parser. */
const request = fc
  .record({
    method: fc.oneof(fc.constantFrom('GET', 'POST'), oneOf(METHODS)),
    target: oneOf(TARGETS),
    version: fc.oneof({ weight: 4, arbitrary: fc.constant('HTTP/1.1') }, oneOf(VERSIONS)),
    host: fc.constantFrom('Host: a\r\n', 'Host: a\r\n', ''),
    headers: fc.array(header, { maxLength: 5 }),
    body: oneOf(BODIES),
  })
  .map(
    ({ method, target, version, host, headers, body }) =>
      `${method} ${target} ${version}\r\n${host}${headers.join('')}\r\n${body}`,
  );
const damaged = fc.tuple(request, edits()).map(([text, list]) => applyEdits(text, list));
const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const connection = fc.array(fc.oneof(request, request, damaged, noise), { minLength: 1, maxLength: 3 });

/** Several connections at once: waiting for each in turn would leave most of the time unused. */
const connections = fc.array(connection, { minLength: 1, maxLength: 12 });

/** Whatever bytes come, the service answers in HTTP or closes, and serves the next good token. */
export const headerBytes: FuzzTarget = {
  name: 'header-bytes',
  runs: 15,
  async open() {
    const service = await startService({ CLERK_WEBHOOK_SECRET: `whsec_${'c2VjcmV0'.repeat(4)}` });
    return property(connections, async (all) => {
      await Promise.all(
        all.map(async (requests) => {
          const received = await exchangeBytes(service.url, Buffer.from(requests.join(''), 'latin1'));
          for (const { status, headers, body } of answersIn(received)) {
            assert(status < 500, `${String(status)}: ${body}`);
            if (status >= 400 && body !== '') assertProblem(status, headers.get('content-type'), body);
          }
        }),
      );
      const { status } = await service.as('user_1').get('/api/users/me');
      assert.equal(status, 200, 'a good token is no longer served');
    });
  },
};
