import type { InvalidTokenError } from 'sallyport';
import { expressOauth2JwtBearer, jwtVerifier, nodeCrypto, type JwtVerifierOptions } from 'sallyport';
import { createTestIssuer, signToken } from 'sallyport/testing';

const { issuer, audience, keys, signingKey, subject, token } = createTestIssuer();
const both = [expressOauth2JwtBearer(), nodeCrypto()];

/** What both engines say: 'accepted', or the reason of the refusal. */
async function judge(rules: Partial<JwtVerifierOptions>, made: string): Promise<string> {
  const verdicts = await Promise.all(
    both.map((engine) =>
      jwtVerifier({ issuer, audience, keys, engine, ...rules })(made).then(
        () => 'accepted',
        (error: unknown) => {
          expect(error).toMatchObject({ status: 401, code: 'invalid_token', proven: { issuer, subject } });
          return (error as InvalidTokenError).reason;
        },
      ),
    ),
  );
  expect(verdicts[1]).toBe(verdicts[0]);
  return verdicts[0] ?? '';
}

describe('with audience null', () => {
  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt'])('a token of typ %s is refused', async (typ) => {
    expect(await judge({ audience: null }, token({ aud: undefined }, { typ }))).toBe('header');
    expect(await judge({ audience: null }, token({}, { typ }))).toBe('header');
  });

  it.each(['JWT', 'application/jwt', undefined])('a token of typ %s is not', async (typ) => {
    expect(await judge({ audience: null }, token({ aud: undefined }, { typ }))).toBe('accepted');
  });
});

describe('a security event', () => {
  const logout = { 'http://schemas.openid.net/event/backchannel-logout': {} };

  it('lets nobody in, whatever its typ', async () => {
    expect(await judge({}, token({ events: logout }))).toBe('claims');
    expect(await judge({}, token({ events: logout }, { typ: undefined }))).toBe('claims');
    expect(await judge({ type: 'JWT' }, token({ events: { 'urn:x': null } }))).toBe('claims');
  });

  it.each([[['music', 'film']], ['events'], [null], [{}], [{ upcoming: 3 }]])(
    'is not what has %j as its events',
    async (events) => {
      expect(await judge({}, token({ events }))).toBe('accepted');
    },
  );
});

describe('type', () => {
  it.each([
    ['JWT', 'JWT', 'accepted'],
    ['JWT', 'application/JWT', 'accepted'],
    ['JWT', undefined, 'header'],
    ['JWT', 'at+jwt', 'header'],
    ['at+jwt', 'at+jwt', 'accepted'],
    ['at+jwt', 'application/AT+jwt', 'accepted'],
    ['at+jwt', 'JWT', 'header'],
    ['at+jwt', undefined, 'header'],
  ] as const)('%s, where typ is %s: %s', async (type, typ, verdict) => {
    expect(await judge({ type }, token({}, { typ }))).toBe(verdict);
  });
});

describe('claims', () => {
  const nothing = Symbol('no such claim');

  it.each<[string, unknown, string]>([
    ['the value', 'access', 'accepted'],
    ['another of the values', 'api', 'accepted'],
    ['a list with the value in it', ['id', 'access'], 'accepted'],
    ['another value', 'id', 'claims'],
    ['a value in other case', 'Access', 'claims'],
    ['a text that only contains the value', 'access id', 'claims'],
    ['an empty list', [], 'claims'],
    ['a list of other values', ['id', 1], 'claims'],
    ['a list in a list', [['access']], 'claims'],
    ['an object', { access: true }, 'claims'],
    ['null', null, 'claims'],
    ['nothing', nothing, 'claims'],
  ])('that name a claim of several values, where the token says %s', async (_what, value, verdict) => {
    const made = token(value === nothing ? {} : { token_use: value });
    expect(await judge({ claims: { token_use: ['access', 'api'] } }, made)).toBe(verdict);
  });

  it('tell a number and a boolean from their text', async () => {
    const claims = { v: 2, email_verified: true };
    expect(await judge({ claims }, token({ v: 2, email_verified: true }))).toBe('accepted');
    expect(await judge({ claims }, token({ v: '2', email_verified: true }))).toBe('claims');
    expect(await judge({ claims }, token({ v: 2, email_verified: 'true' }))).toBe('claims');
  });

  it('are asked each', async () => {
    const claims = { token_use: 'access', client_id: 'web' };
    expect(await judge({ claims }, token(claims))).toBe('accepted');
    for (const one of Object.keys(claims)) {
      expect(await judge({ claims }, token({ ...claims, [one]: undefined }))).toBe('claims');
    }
  });

  it.each(['constructor', 'toString', '__proto__'])('find %s only where the token says it', async (name) => {
    const said = JSON.parse(`{"${name}":"x"}`) as Record<string, string>;
    expect(await judge({ claims: said }, token())).toBe('claims');
    const { kid, privateKey } = signingKey();
    const seconds = Math.floor(Date.now() / 1000);
    const usual = JSON.stringify({ iss: issuer, aud: audience, sub: subject, exp: seconds + 60 });
    const made = signToken({ alg: 'RS256', kid }, usual.replace('{', `{"${name}":"x",`), privateKey);
    expect(await judge({ claims: said }, made)).toBe('accepted');
  });
});

it('a token that is bound to a key is refused where nobody asks for an audience or a type too', async () => {
  expect(await judge({ audience: null }, token({ aud: undefined, cnf: { jkt: 'x' } }))).toBe('proof');
  expect(await judge({ type: 'JWT' }, token({ cnf: { jkt: 'x' } }))).toBe('proof');
  expect(await judge({ claims: { v: 1 } }, token({ v: 1, cnf: null }))).toBe('proof');
});

describe('at mount', () => {
  it.each<[string, object, RegExp]>([
    ['claims that name none', { claims: {} }, /"claims" must be/],
    ['claims in a list', { claims: ['token_use'] }, /"claims" must be/],
    ['claims that are null', { claims: null }, /"claims" must be/],
    ['a claim of no value', { claims: { token_use: [] } }, /"claims" must be/],
    ['a claim of undefined', { claims: { token_use: undefined } }, /"claims" must be/],
    ['a claim of an object', { claims: { token_use: { is: 'access' } } }, /"claims" must be/],
    ['a claim of NaN', { claims: { v: NaN } }, /"claims" must be/],
    ['a type that is none', { type: 'logout+jwt' }, /"type" must be "JWT" or "at\+jwt"/],
    ['a type in other case', { type: 'jwt' }, /"type" must be "JWT" or "at\+jwt"/],
    [
      'access tokens of RFC 9068 without an audience',
      { type: 'at+jwt', audience: null },
      /"audience" must be/,
    ],
  ])('%s are refused', (_what, rules, message) => {
    expect(() => jwtVerifier({ issuer, audience, keys, ...rules })).toThrow(message);
  });
});
