import { createLogger } from '../../../service/ops/logger';
import { scrub } from '../../../service/ops/scrub';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';
const KEY = 'sp_A1b2C3d4E5f6G7h8I_Zz09Zz09Zz09Zz09Zz09Zz09Zz09Zz09Zz09Zz09abc36VzSH';
const SVIX = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const encoded = (text: string) => text.replace(/[^]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
const escaped = (text: string) => text.replace(/[^]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);

/** A text that holds a credential, and the part of it that nobody may read. */
const SECRETS: readonly (readonly [string, string, string])[] = [
  ['a token', JWT, 'c2lnbmF0dXJl'],
  ['a token after a letter', `x${JWT}`, 'c2lnbmF0dXJl'],
  ['a token without its signature', JWT.slice(0, 40), 'eyJzdWI'],
  ['a token cut in its header', JWT.slice(0, 12), 'eyJhbGci'],
  ['a token whose header begins with a space', `eyA${JWT.slice(3)}${'s'.repeat(60)}`, 'ssss'],
  ['a percent-encoded token', encoded(JWT), '%4e%69'],
  ['a token whose dots alone are encoded', JWT.replaceAll('.', '%2E'), 'c2lnbmF0dXJl'],
  ['a token encoded twice', encoded(encoded(JWT)), '%34%65'],
  ['a token with a percent sign encoded ten times', `%${'25'.repeat(10)}65${JWT.slice(1)}`, 'c2lnbmF0dXJl'],
  ['a text that is encoded over and over', Array.from({ length: 9 }).reduce(encoded, 'sp_'), '%25'],
  ['a token in the escapes of JSON', escaped(JWT), '\\u004e'],
  ['a token in JSON in a string', JSON.stringify({ a: `\\u0065${JWT.slice(1)}` }), 'c2lnbmF0dXJl'],
  ['a token under a scheme in mixed case', `bEaReR ${JWT}`, 'c2lnbmF0dXJl'],
  ['an opaque token under a scheme', 'BEARER 0123456789abcdef', '0123456789abcdef'],
  ['a name and password under Basic', 'basic YWRhOmh1c2g=', 'YWRhOmh1c2g'],
  ['a key', KEY, 'Zz09'],
  ['a key after an underscore', `key_${KEY}`, 'Zz09'],
  ['a key after a letter', `x${KEY}`, 'Zz09'],
  ['a key after a digit', `0${KEY}`, 'Zz09'],
  ['a key whose prefix is in capitals', KEY.replace('sp_', 'SP_'), 'Zz09'],
  ['a key without its prefix', KEY.slice(3), 'Zz09'],
  ['a key whose prefix is cut off by a slash', KEY.replace('sp_', 'sp/'), 'Zz09'],
  ['a key whose prefix is spelled otherwise', KEY.replace('sp_', 'sp%c2%5f'), 'Zz09'],
  ['a key of another prefix, cut short', KEY.replace('sp_', 'acme_live_').slice(0, 36), 'Zz09'],
  ['a key without its prefix, cut short', KEY.slice(3, 29), 'Zz09'],
  ['a percent-encoded key', encoded(KEY), '%5a%7a'],
  ['a key whose second underscore is encoded', KEY.replace('I_', 'I%5f'), 'Zz09'],
  ['a key beside a malformed escape', `%E0%A4${KEY.replace('sp_', 'sp%5F')}%`, 'Zz09'],
  ['a webhook secret', SVIX, 'MfKQ9r8'],
  ['a webhook secret in capitals after a letter', `x${SVIX.replace('whsec', 'WHSEC')}`, 'MfKQ9r8'],
  ['the userinfo of a URL', 'mongodb://ada:hunter2@db/app', 'hunter2'],
  ['userinfo with an at sign', 'HTTPS://ada:p@hunter2@db/app', 'hunter2'],
  ['userinfo with an encoded slash', 'https://ada:hunter2%2Fx@db/', 'hunter2'],
  ['userinfo in an encoded URL', encodeURIComponent('https://ada:hunter2@db/'), 'hunter2'],
  ['userinfo after escaped slashes', 'https:\\/\\/ada:hunter2@db', 'hunter2'],
  ['the query of a URL', 'no answer from https://keys.example/set?code=hunter2 today', 'hunter2'],
];

function logged(fields: object, message: string, bindings: object = {}): string {
  let text = '';
  const logger = createLogger('info', { write: (line: string) => void (text += line) });
  logger.child(bindings).info(fields, message);
  return text;
}

describe.each(SECRETS)('%s', (_, text, secret) => {
  it.each<[string, string]>([
    ['alone', text],
    ['amid words', `before ${text} after`],
    ['in quotes', `it was "${text}"`],
    ['in a path', `/api/${text}`],
  ])('is in no field of a line, %s', (_name, value) => {
    expect(value.toLowerCase()).toContain(secret.toLowerCase());
    const error = Object.assign(new Error(value, { cause: new TypeError(value) }), { code: value });
    const fields = { value, deep: [{ list: [value], [value]: 1 }], err: error };
    const line = logged(fields, `message ${value}`, { bound: value });
    const asked = line + JSON.stringify(JSON.parse(line));
    expect(asked.toLowerCase()).not.toContain(JSON.stringify(secret).slice(1, -1).toLowerCase());
    expect(JSON.parse(line)).toMatchObject({ level: 'info', msg: expect.stringContaining('[redacted]') });
  });

  it('stays out when it is scrubbed twice', () => {
    expect(scrub(scrub(text))).toBe(scrub(text));
  });
});

it.each([
  [`Bearer ${JWT}`, 'Bearer [redacted]'],
  [`/user/${JWT}/m`, '/user/[redacted]/m'],
  [`key ${KEY} was`, 'key [redacted] was'],
  [`%E0%A4${KEY.replace('_', '%5F')}`, '%E0%A4[redacted]'],
  ['mongodb://user:pass@host/db', 'mongodb://[redacted]host/db'],
  ['https://host/set?code=1 failed', 'https://host/set?[redacted] failed'],
  ['nothing secret here', 'nothing secret here'],
  ['/internationalized_documents', '/internationalized_documents'],
  ['user_2abcDEF3ghiJKL4mnoPQR5stuVWX_a', 'user_2abcDEF3ghiJKL4mnoPQR5stuVWX_a'],
  ['/api/user_modules/user/ada%20b/caf%C3%A9', '/api/user_modules/user/ada%20b/caf%C3%A9'],
  ['https://issuer.example/.well-known/jwks.json', 'https://issuer.example/.well-known/jwks.json'],
  ['C:\\Users\\ada', 'C:\\Users\\ada'],
])('scrubs %s and leaves the rest as it is', (text, expected) => {
  expect(scrub(text)).toBe(expected);
});

it.each(['%25', '\\', 'a', 'eyJ', 'a.', '://', '//', 'x@', '"', 'bearer ', 'sp_', '_', '\\u0025'])(
  'is done with a long line of %j in no time, which one pass for each character would not be',
  (piece) => {
    const text = piece.repeat(300_000 / piece.length);
    expect(logged({ text }, 'x')).toMatch(/"msg":"x"/);
  },
);

it.each([
  [{ authorization: 'hush' }],
  [{ Authorization: 'hush', 'X-API-Key': 'hush' }],
  [{ headers: { authorization: 'hush', 'x-api-key': 'hush', cookie: 'hush' } }],
  [{ req: { headers: { authorization: 'hush', 'set-cookie': ['hush'] } } }],
  [{ a: { b: { c: { d: { e: { 'x-api-key': 'hush' } } } } } }],
  [{ req: { body: { data: 'hush' } } }],
  [{ token: 'hush' }],
  [{ list: [{ key: { deep: ['hush'] } }] }],
])('takes out what a field is known to hold, at any depth: %j', (fields) => {
  expect(logged(fields, 'x')).not.toContain('hush');
  expect(logged(fields, 'x')).toMatch(/\n$/);
});
