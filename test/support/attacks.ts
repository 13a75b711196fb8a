import { createSecretKey, generateKeyPairSync, sign } from 'node:crypto';
import type { InvalidTokenReason } from 'sallyport';
import { createTestIssuer, signToken, type TestIssuer } from 'sallyport/testing';

/** One token and what becomes of it. */
export interface TokenCase {
  readonly name: string;
  readonly token: (issuer: TestIssuer) => string;
  readonly verdict: 'accepted' | InvalidTokenReason;
  /** Why we refuse what jose accepts; a row without it claims that both decide alike. */
  readonly stricter?: string;
}

const now = (): number => Math.floor(Date.now() / 1000);
const kidOf = (issuer: TestIssuer): string => issuer.signingKey().kid;
const pemOf = (issuer: TestIssuer): string => issuer.publicKeyPem();
const foreignKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** Truly signed, whatever the header and the claims say. */
function signed(header: object, payload: unknown) {
  return (issuer: TestIssuer): string => {
    const { kid, privateKey } = issuer.signingKey();
    return signToken({ alg: 'RS256', kid, ...header }, payload, privateKey, 'RS256');
  };
}

function claims(overrides: Record<string, unknown>) {
  return (issuer: TestIssuer): string => issuer.token(overrides);
}

function header(overrides: Record<string, unknown>) {
  return (issuer: TestIssuer): string => issuer.token({}, overrides);
}

/** JSON that JSON.stringify cannot write, put in place of a marker claim. */
function rawClaim(name: string, json: string) {
  return (issuer: TestIssuer): string => {
    const valid = { iss: issuer.issuer, aud: issuer.audience, sub: issuer.subject, exp: now() + 60 };
    const text = JSON.stringify({ ...valid, [name]: '@' }).replace('"@"', json);
    return signed({}, text)(issuer);
  };
}

function parts(change: (parts: [string, string, string]) => string) {
  return (issuer: TestIssuer): string => change(issuer.token().split('.') as [string, string, string]);
}

function flip(part: string, index: number): string {
  const flipped = part[index] === 'A' ? 'B' : 'A';
  return part.slice(0, index) + flipped + part.slice(index + 1);
}

const secret = (text: string) => createSecretKey(Buffer.from(text));

const good: readonly TokenCase[] = [
  { name: 'a token as issued', token: (issuer) => issuer.token(), verdict: 'accepted' },
  { name: 'typ at+jwt', token: header({ typ: 'at+jwt' }), verdict: 'accepted' },
  { name: 'typ application/at+JWT', token: header({ typ: 'application/at+JWT' }), verdict: 'accepted' },
  { name: 'no typ', token: header({ typ: undefined }), verdict: 'accepted' },
  { name: 'an unknown header parameter', token: header({ cat: 'cl_B7d4PD111AAA' }), verdict: 'accepted' },
  {
    name: 'one audience of several',
    token: claims({ aud: ['other', 'test-audience'] }),
    verdict: 'accepted',
  },
  { name: 'no iat', token: claims({ iat: undefined }), verdict: 'accepted' },
  { name: 'exp with a fraction', token: claims({ exp: now() + 60.5 }), verdict: 'accepted' },
  { name: 'expired within the tolerance', token: claims({ exp: now() - 1 }), verdict: 'accepted' },
  { name: 'nbf within the tolerance', token: claims({ nbf: now() + 2 }), verdict: 'accepted' },
  { name: 'a subject of 255 characters', token: claims({ sub: 'é'.repeat(255) }), verdict: 'accepted' },
  { name: 'a subject like an operator', token: claims({ sub: '{"$gt":""}' }), verdict: 'accepted' },
  {
    name: '150 groups of Entra, in more than 8192 characters',
    token: claims({
      groups: Array.from({ length: 150 }, (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`),
    }),
    verdict: 'accepted',
  },
  {
    name: 'a claim named __proto__',
    token: rawClaim('x', '1,"__proto__":{"admin":true}'),
    verdict: 'accepted',
  },
];

const algorithms: readonly TokenCase[] = [
  ...['none', 'None', 'NONE', 'nOnE'].map((alg): TokenCase => ({
    name: `alg ${alg} without a signature`,
    token: (issuer) => signToken({ alg, kid: kidOf(issuer) }, validClaims(issuer), foreignKey, 'none'),
    verdict: 'malformed',
  })),
  ...['none', 'None'].map((alg): TokenCase => ({
    name: `alg ${alg} with a signature`,
    token: signed({ alg }, {}),
    verdict: 'algorithm',
  })),
  {
    name: 'HS256 keyed with the public key as PEM',
    token: (issuer) =>
      signToken({ alg: 'HS256', kid: kidOf(issuer) }, validClaims(issuer), secret(pemOf(issuer)), 'HS256'),
    verdict: 'algorithm',
  },
  {
    name: 'HS256 keyed with the public key as JWK text',
    token: (issuer) =>
      signToken(
        { alg: 'HS256', kid: kidOf(issuer) },
        validClaims(issuer),
        secret(JSON.stringify(issuer.jwks())),
        'HS256',
      ),
    verdict: 'algorithm',
  },
  { name: 'an algorithm that is not allowed', token: signed({ alg: 'PS256' }, {}), verdict: 'algorithm' },
  { name: 'alg in lower case', token: header({ alg: 'rs256' }), verdict: 'algorithm' },
  { name: 'alg a list', token: header({ alg: ['RS256'] }), verdict: 'algorithm' },
  { name: 'no alg', token: header({ alg: undefined }), verdict: 'algorithm' },
  { name: 'alg Ed25519 under an RSA key', token: signed({ alg: 'Ed25519' }, {}), verdict: 'algorithm' },
  { name: 'alg Ed448', token: signed({ alg: 'Ed448' }, {}), verdict: 'algorithm' },
  { name: 'alg of a property of Object', token: header({ alg: 'constructor' }), verdict: 'algorithm' },
];

const headers: readonly TokenCase[] = [
  { name: 'a kid that the issuer does not have', token: header({ kid: 'made-up' }), verdict: 'unknown_key' },
  {
    name: 'no kid',
    token: header({ kid: undefined }),
    verdict: 'header',
    stricter: 'jose takes the only key that fits; a token that does not name its key cannot be tied to one',
  },
  {
    name: 'kid a number',
    token: header({ kid: 1 }),
    verdict: 'header',
  },
  { name: 'kid empty', token: header({ kid: '' }), verdict: 'header' },
  { name: 'kid __proto__', token: header({ kid: '__proto__' }), verdict: 'unknown_key' },
  { name: 'kid a path', token: header({ kid: '../../dev/null' }), verdict: 'unknown_key' },
  { name: 'an unknown crit', token: header({ crit: ['x'], x: 1 }), verdict: 'header' },
  { name: 'crit empty', token: header({ crit: [] }), verdict: 'header' },
  { name: 'b64 false, critical', token: header({ crit: ['b64'], b64: false }), verdict: 'header' },
  {
    name: 'b64 false, not critical',
    token: header({ b64: false }),
    verdict: 'header',
    stricter: 'RFC 7797 6: b64 without crit must not be produced',
  },
  { name: 'enc', token: header({ enc: 'A256GCM' }), verdict: 'header', stricter: 'enc belongs to a JWE' },
  {
    name: 'typ of an ID for DPoP',
    token: header({ typ: 'dpop+jwt' }),
    verdict: 'header',
    stricter: 'RFC 8725 3.11',
  },
  {
    name: 'typ a logout token',
    token: header({ typ: 'logout+jwt' }),
    verdict: 'header',
    stricter: 'RFC 8725 3.11',
  },
  {
    name: 'typ a number',
    token: header({ typ: 5 }),
    verdict: 'header',
    stricter: 'RFC 7515 4.1.9: a string',
  },
  ...['jku', 'x5u'].map((name): TokenCase => ({
    name: `a foreign signature whose ${name} names the attacker's keys`,
    token: (issuer) =>
      signToken(
        { alg: 'RS256', kid: kidOf(issuer), [name]: 'http://127.0.0.1:9/jwks.json' },
        validClaims(issuer),
        foreignKey,
      ),
    verdict: 'signature',
  })),
  {
    name: "a foreign signature with the attacker's jwk embedded",
    token: (issuer) => {
      const attacker = createTestIssuer({ issuer: issuer.issuer });
      const [jwk] = (attacker.jwks() as { keys: object[] }).keys;
      const { privateKey } = attacker.signingKey();
      return signToken({ alg: 'RS256', kid: kidOf(issuer), jwk }, validClaims(issuer), privateKey);
    },
    verdict: 'signature',
  },
];

const shapes: readonly TokenCase[] = [
  { name: 'nothing', token: () => '', verdict: 'malformed' },
  { name: 'one part', token: () => 'abc', verdict: 'malformed' },
  { name: 'two parts', token: parts(([h, p]) => `${h}.${p}`), verdict: 'malformed' },
  { name: 'four parts', token: parts((all) => `${all.join('.')}.AAAA`), verdict: 'malformed' },
  { name: 'five parts of a JWE', token: () => 'e30.AAAA.AAAA.AAAA.AAAA', verdict: 'malformed' },
  { name: 'no signature', token: parts(([h, p]) => `${h}.${p}.`), verdict: 'malformed' },
  {
    name: 'a cut signature',
    token: parts(([h, p, s]) => `${h}.${p}.${s.slice(0, -2)}`),
    verdict: 'signature',
  },
  {
    name: 'a changed signature',
    token: parts(([h, p, s]) => `${h}.${p}.${flip(s, 9)}`),
    verdict: 'signature',
  },
  {
    name: "another token's payload",
    token: (issuer) => {
      const [h, , s] = issuer.token().split('.');
      return [h, issuer.token({ sub: 'admin' }).split('.')[1], s].join('.');
    },
    verdict: 'signature',
  },
  {
    name: "another token's header",
    token: (issuer) => {
      const [, p, s] = issuer.token().split('.');
      return [issuer.token({}, { typ: 'at+jwt' }).split('.')[0], p, s].join('.');
    },
    verdict: 'signature',
  },
  {
    name: 'stray bits in the signature',
    token: parts(([h, p, s]) => `${h}.${p}.${s.slice(0, -1)}${nextSpelling(s.slice(-1))}`),
    verdict: 'malformed',
    stricter: 'RFC 4648 3.5: the same bytes would have four spellings, four cache entries',
  },
  {
    name: 'padding',
    token: parts((all) => `${all.join('.')}==`),
    verdict: 'malformed',
    stricter: 'RFC 7515 2: base64url without padding',
  },
  { name: 'a space before', token: parts((all) => ` ${all.join('.')}`), verdict: 'malformed' },
  {
    name: 'a line break behind',
    token: parts((all) => `${all.join('.')}\n`),
    verdict: 'malformed',
    stricter: 'one spelling',
  },
  {
    name: 'base64 in place of base64url',
    token: (issuer) => {
      const sub = '???>>>~~~';
      return issuer.token({ sub }).replaceAll('-', '+').replaceAll('_', '/');
    },
    verdict: 'malformed',
  },
  {
    name: 'more than 16384 characters',
    token: claims({ filler: 'x'.repeat(12_288) }),
    verdict: 'malformed',
    stricter: 'a bound',
  },
  { name: 'a payload that is a list', token: signed({}, []), verdict: 'malformed' },
  { name: 'a payload that is null', token: signed({}, 'null'), verdict: 'malformed' },
  { name: 'a payload that is a string', token: signed({}, '"sub"'), verdict: 'malformed' },
  { name: 'a payload that is not JSON', token: signed({}, '{"iss":'), verdict: 'malformed' },
  {
    name: 'a payload that begins with a byte order mark',
    token: (issuer) => signed({}, `\ufeff${JSON.stringify(validClaims(issuer))}`)(issuer),
    verdict: 'malformed',
    stricter: 'RFC 8259 8.1: no byte order mark',
  },
  {
    name: 'a payload that is not UTF-8',
    token: brokenUtf8,
    verdict: 'malformed',
  },
];

const times: readonly TokenCase[] = [
  { name: 'expired', token: claims({ exp: now() - 30 }), verdict: 'expired' },
  { name: 'no exp', token: claims({ exp: undefined }), verdict: 'claims' },
  { name: 'exp a string', token: claims({ exp: '9999999999' }), verdict: 'claims' },
  { name: 'exp null', token: claims({ exp: null }), verdict: 'claims' },
  { name: 'exp 1e999', token: rawClaim('exp', '1e999'), verdict: 'claims', stricter: 'it never expires' },
  { name: 'nbf in the future', token: claims({ nbf: now() + 60 }), verdict: 'not_yet_valid' },
  {
    name: 'nbf -1e999',
    token: rawClaim('nbf', '-1e999'),
    verdict: 'claims',
    stricter: 'not a finite number',
  },
  { name: 'iat a string', token: claims({ iat: 'today' }), verdict: 'claims' },
  {
    name: 'iat in the future',
    token: claims({ iat: now() + 60, exp: now() + 120 }),
    verdict: 'not_yet_valid',
    stricter: 'a token from the future outlives a revocation of its subject',
  },
  {
    name: 'a life of 31 days',
    token: claims({ exp: now() + 31 * 86_400 }),
    verdict: 'claims',
    stricter: 'it would outlive its revocation',
  },
  {
    name: 'a life of 31 days and no iat',
    token: claims({ iat: undefined, exp: now() + 31 * 86_400 }),
    verdict: 'claims',
    stricter: 'it would outlive its revocation',
  },
];

const LIFE = 'it would outlive its revocation';
const FUTURE = 'a token from the future outlives a revocation of its subject';

/** Numbers at the ends of what JSON can say: finite, so a claim may hold them, and where careless arithmetic breaks. */
const numbers: readonly TokenCase[] = (
  [
    ['exp', '9007199254740992', 'claims', LIFE],
    ['exp', '9007199254740994', 'claims', LIFE],
    ['exp', '1e300', 'claims', LIFE],
    ['exp', '-9007199254740994', 'expired'],
    ['exp', '-1e300', 'expired'],
    ['exp', '-1.7976931348623157e308', 'expired'],
    ['exp', '1e-320', 'expired'],
    ['exp', '-0', 'expired'],
    ['exp', '1000000000.25', 'expired'],
    ['nbf', '9007199254740992', 'not_yet_valid'],
    ['nbf', '9007199254740994', 'not_yet_valid'],
    ['nbf', '1e300', 'not_yet_valid'],
    ['nbf', '1.7976931348623157e308', 'not_yet_valid'],
    ['nbf', '-1e300', 'accepted'],
    ['nbf', '1e-320', 'accepted'],
    ['nbf', '-0', 'accepted'],
    ['nbf', '1000000000.25', 'accepted'],
    ['iat', '9007199254740992', 'not_yet_valid', FUTURE],
    ['iat', '9007199254740994', 'not_yet_valid', FUTURE],
    ['iat', '1e300', 'not_yet_valid', FUTURE],
    ['iat', '-1e300', 'claims', LIFE],
    ['iat', '1e-320', 'claims', LIFE],
    ['iat', '-0', 'claims', LIFE],
    ['iat', '1000000000.25', 'claims', LIFE],
    ['iat', `${String(now() - 10)}.25`, 'accepted'],
  ] as const
).map(([claim, json, verdict, stricter]): TokenCase => ({
  name: `${claim} ${json}`,
  token: rawClaim(claim, json),
  verdict,
  ...(stricter !== undefined && { stricter }),
}));

const bound: readonly TokenCase[] = Object.entries({
  'a key by its thumbprint (DPoP)': { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' },
  'a client certificate': { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' },
  'a key in full': { jwk: { kty: 'EC' } },
  nothing: {},
  null: null,
  'a string': 'jkt',
  'a list': [],
  false: false,
}).map(([name, cnf]): TokenCase => ({
  name: `cnf of ${name}`,
  token: claims({ cnf }),
  verdict: 'proof',
  stricter:
    'RFC 7800: whoever sends it must prove to hold a key, which no plain bearer does; jose leaves that to its user',
}));

const names: readonly TokenCase[] = [
  { name: 'another issuer', token: claims({ iss: 'https://evil.test' }), verdict: 'unknown_issuer' },
  {
    name: 'an issuer that differs in case',
    token: claims({ iss: 'https://ISSUER.test' }),
    verdict: 'unknown_issuer',
  },
  {
    name: 'an issuer with a slash behind',
    token: claims({ iss: 'https://issuer.test/' }),
    verdict: 'unknown_issuer',
  },
  { name: 'an issuer in a list', token: claims({ iss: ['https://issuer.test'] }), verdict: 'unknown_issuer' },
  { name: 'no issuer', token: claims({ iss: undefined }), verdict: 'unknown_issuer' },
  { name: 'another audience', token: claims({ aud: 'other' }), verdict: 'audience' },
  { name: 'no audience', token: claims({ aud: undefined }), verdict: 'audience' },
  { name: 'an empty list of audiences', token: claims({ aud: [] }), verdict: 'audience' },
  { name: 'an audience that begins alike', token: claims({ aud: 'test-audience-2' }), verdict: 'audience' },
  {
    name: 'an audience in an object',
    token: claims({ aud: { 'test-audience': true } }),
    verdict: 'audience',
  },
  {
    name: 'an audience beside a number',
    token: claims({ aud: ['test-audience', 1] }),
    verdict: 'audience',
    stricter: 'RFC 7519 4.1.3: every member a string',
  },
  { name: 'no subject', token: claims({ sub: undefined }), verdict: 'subject' },
  ...Object.entries({
    'an empty subject': '',
    'a blank subject': '  \u3000',
    'a subject of 256 characters': 'x'.repeat(256),
    'a subject with a line break': 'user\n1',
    'a subject with a NUL': 'user\u0000',
    'a subject with half a surrogate pair': 'user\ud800',
  }).map(([name, sub]): TokenCase => ({
    name,
    token: claims({ sub }),
    verdict: 'subject',
    stricter: 'names a user here',
  })),
  ...Object.entries({
    'a subject that is a number': 7,
    'a subject that is a list': ['user_1'],
    'a subject that is an operator': { $gt: '' },
  }).map(([name, sub]): TokenCase => ({
    name,
    token: claims({ sub }),
    verdict: 'subject',
    stricter: 'RFC 7519 4.1.2',
  })),
  ...['sid', 'jti', 'azp'].flatMap((name): TokenCase[] => [
    {
      name: `${name} a number`,
      token: claims({ [name]: 1 }),
      verdict: 'claims',
      stricter: 'a string names it',
    },
    {
      name: `${name} with a NUL`,
      token: claims({ [name]: 'a\u0000b' }),
      verdict: 'claims',
      stricter: 'names it in a store',
    },
  ]),
  ...['sid', 'jti', 'azp'].flatMap((name): TokenCase[] => [
    { name: `${name} null`, token: claims({ [name]: null }), verdict: 'accepted' },
    { name: `${name} empty`, token: claims({ [name]: '' }), verdict: 'accepted' },
    { name: `${name} blank`, token: claims({ [name]: ' ' }), verdict: 'accepted' },
    {
      name: `${name} false`,
      token: claims({ [name]: false }),
      verdict: 'claims',
      stricter: 'a string names it',
    },
  ]),
  { name: 'scope null', token: claims({ scope: null, scp: null }), verdict: 'accepted' },
  { name: 'scope null beside scp', token: claims({ scope: null, scp: ['a'] }), verdict: 'accepted' },
  { name: 'scope empty', token: claims({ scope: '' }), verdict: 'accepted' },
  { name: 'scope false', token: claims({ scope: false }), verdict: 'claims', stricter: 'RFC 8693 4.2' },
  {
    name: 'scp a list with null',
    token: claims({ scp: [null] }),
    verdict: 'claims',
    stricter: 'RFC 8693 4.2',
  },
  { name: 'an audience that is null', token: claims({ aud: null }), verdict: 'audience' },
  {
    name: 'scope an object',
    token: claims({ scope: { admin: 1 } }),
    verdict: 'claims',
    stricter: 'RFC 8693 4.2',
  },
  { name: 'scp a list of numbers', token: claims({ scp: [1] }), verdict: 'claims', stricter: 'RFC 8693 4.2' },
];

/** Every token that a test of verification should try. */
export const tokenCases: readonly TokenCase[] = [
  ...good,
  ...algorithms,
  ...headers,
  ...shapes,
  ...times,
  ...numbers,
  ...bound,
  ...names,
];

function validClaims({ issuer, audience, subject }: TestIssuer): object {
  return { iss: issuer, aud: audience, sub: subject, iat: now(), exp: now() + 60 };
}

/** Another character that leaves the same bits in use. */
function nextSpelling(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 1);
}

/** A lone continuation byte in the subject, truly signed. */
function brokenUtf8(issuer: TestIssuer): string {
  const [head = '', tail = ''] = JSON.stringify({ ...validClaims(issuer), sub: '@' }).split('@');
  const payload = Buffer.concat([Buffer.from(head), Buffer.from([0x80]), Buffer.from(tail)]);
  return signBytes(issuer, payload);
}

function signBytes(issuer: TestIssuer, payload: Buffer): string {
  const { kid, privateKey } = issuer.signingKey();
  const input = `${Buffer.from(JSON.stringify({ alg: 'RS256', kid })).toString('base64url')}.${payload.toString('base64url')}`;
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
}
