import { strict as assert } from 'node:assert';
import { generateKeyPairSync } from 'node:crypto';
import fc, { type Arbitrary } from 'fast-check';
import { ConfigError, loadConfig } from '../../../service/config';
import { PROVIDERS } from '../../../service/config/provider-names';
import { variables } from '../../../service/config/variables';
import { applyEdits, edits } from '../support/edits';
import { oddJson } from '../support/odd-json';
import { property, type FuzzTarget } from '../target';

/** In every value that could be a secret: no message may hold it. */
const MARK = 'Zq7xSecret';
const NAMES = Object.keys(variables.shape);

const pem = (type: 'ec' | 'rsa') =>
  type === 'ec'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 });
const { publicKey, privateKey } = pem('ec');
const PEM = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const LIKELY = [
  ...PROVIDERS,
  ...[
    '',
    ' ',
    '0',
    '1',
    '-1',
    '1.5',
    '1e3',
    '65536',
    '99999999999999999999',
    'true',
    'false',
    'TRUE',
    'yes',
    'none',
  ],
  ...[
    'RS256',
    'RS256,ES256',
    'RS256,,',
    'HS256',
    'EdDSA',
    'Ed25519',
    'info',
    'verbose',
    '127.0.0.1',
    '::1',
    '10.0.0.0/8',
  ],
  ...[
    '10.0.0.0/33',
    '::/129',
    'true,1',
    '3',
    `https://${MARK}.example`,
    `http://${MARK}.example`,
    'http://localhost:1',
  ],
  ...[
    `https://user:${MARK}@host.example`,
    `https://host.example/#${MARK}`,
    `mongodb://user:${MARK}@127.0.0.1:1/x`,
  ],
  ...[
    `mongodb+srv://${MARK}`,
    `mongodb:${MARK}`,
    `/nowhere/${MARK}`,
    '/',
    '/etc/passwd',
    `whsec_${MARK}${MARK}`,
    MARK,
  ],
  ...[
    PEM,
    PEM.replaceAll('\n', '\\n'),
    privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    '__proto__',
  ],
  ...['{}', '[]', '[{}]', 'null', 'clerk', 'a:1,b:2', '{"a":"b"}', '{"__proto__":1}', 'a.b,c'],
];
const issuers = fc
  .array(
    fc.record(
      {
        issuer: fc.constantFrom(
          '"https://a.example"',
          '"https://b.example"',
          `"http://${MARK}.example"`,
          '1',
        ),
        audience: fc.oneof(fc.constantFrom('"a"', '"none"', 'null', '["a"]', '[]', `["${MARK}"]`), oddJson),
        jwksUri: fc.oneof(fc.constantFrom('"https://a.example/jwks"', `"${MARK}"`), oddJson),
        publicKey: fc.oneof(fc.constantFrom(JSON.stringify(PEM), `"${MARK}"`), oddJson),
        authorizedParties: fc.oneof(fc.constantFrom('["x"]', '[]', `"${MARK}"`), oddJson),
        algorithms: fc.oneof(fc.constantFrom('["RS256"]', '["HS256"]', '["ES256"]'), oddJson),
        unknown: oddJson,
      },
      { requiredKeys: ['issuer', 'audience'] },
    ),
    { maxLength: 3 },
  )
  .map((list) => {
    const entries = list.map((entry) => Object.entries(entry).map(([name, json]) => `"${name}":${json}`));
    return `[${entries.map((members) => `{${members.join(',')}}`).join(',')}]`;
  });
/** No NUL: no environment can hold one. */
const anyText = fc
  .string({ unit: 'binary', maxLength: 60 })
  .map((text) => `${text.replaceAll('\0', '')}${MARK}`);
const value: Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...LIKELY) },
  fc.tuple(fc.constantFrom(...LIKELY), edits()).map(([text, list]) => applyEdits(text, list)),
  issuers,
  anyText,
  anyText.map((text) => `${text},`.repeat(500)),
);
const name = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...NAMES, 'AUTH_ISSUERS', 'AUTH_PUBLIC_KEY') },
  fc.constantFrom(
    'AUTH_PROVIDER',
    'AUTH_REQUIRED_CLAIMS',
    'AUTH_SCOPE_CLAIMS',
    'AUTH_ROLE_CLAIMS',
    'AUTH_ISSUR',
    'SALLYPORT',
    '__proto__',
    'constructor',
  ),
);
const good = fc.constantFrom(
  { AUTH_ISSUER: 'https://a.example', AUTH_AUDIENCE: 'a' },
  { AUTH_ISSUERS: '[{"issuer":"https://a.example","audience":"a"}]' },
  {},
);
const environments = fc
  .tuple(good, fc.array(fc.tuple(name, value), { maxLength: 6 }))
  .map(([base, more]) => Object.fromEntries([...Object.entries(base), ...more]));

/** An environment is a configuration, frozen, or a ConfigError that names variables and no value of theirs. */
export const configuration: FuzzTarget = {
  name: 'configuration',
  runs: 400,
  async open() {
    return property(environments, async (env) => {
      try {
        assert(Object.isFrozen(loadConfig(env)));
      } catch (error) {
        assert(error instanceof ConfigError, `not a ConfigError: ${String(error)}`);
        assert(error.problems.length > 0);
        for (const { variable, message } of error.problems) {
          assert.match(variable, /^[A-Z][A-Z0-9_]*(, [A-Z][A-Z0-9_]*)*$/, 'no variable is named');
          assert(!message.includes(MARK), `quotes a value: ${message}`);
        }
        assert(!error.message.includes(MARK), 'quotes a value');
        for (const text of Object.values(env)) {
          assert(text.length < 20 || !error.message.includes(text), 'quotes a value');
        }
      }
    });
  },
};
