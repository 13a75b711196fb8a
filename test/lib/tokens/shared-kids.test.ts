import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { expressOauth2JwtBearer, InvalidTokenError, jwtVerifier, nodeCrypto } from 'sallyport';
import { staticKeys, type Algorithm, type SallyportEvent } from 'sallyport';
import { signToken } from 'sallyport/testing';

const ISSUER = 'https://issuer.test';
const AUDIENCE = 'test-audience';
const ALLOWED: Algorithm[] = ['RS256', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'];
const now = Math.floor(Date.now() / 1000);
const payload = { iss: ISSUER, aud: AUDIENCE, sub: 'user_1', iat: now, exp: now + 60 };

const one = generateKeyPairSync('rsa', { modulusLength: 2048 });
const two = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const ed = generateKeyPairSync('ed25519');

const jwk = ({ publicKey }: KeyPairKeyObjectResult, members: object = {}): object => ({
  kid: 'k',
  ...publicKey.export({ format: 'jwk' }),
  ...members,
});
const secretOf = ({ privateKey }: KeyPairKeyObjectResult): object => ({
  kid: 'k',
  ...privateKey.export({ format: 'jwk' }),
});
const signed = ({ privateKey }: KeyPairKeyObjectResult, alg: Algorithm, kid = 'k'): string =>
  signToken({ alg, kid }, payload, privateKey, alg);
/** The number with a zero in front of it: other text, the same key. */
const padded = (pair: KeyPairKeyObjectResult): object => {
  const { n = '' } = pair.publicKey.export({ format: 'jwk' });
  return { n: Buffer.concat([Buffer.from([0]), Buffer.from(n, 'base64url')]).toString('base64url') };
};

interface KidCase {
  readonly name: string;
  readonly keys: readonly object[];
  readonly token: string;
  /** 'accepted', the reason of the refusal, or 'unusable' where the set has no key left. */
  readonly verdict: string;
  /** Why we refuse what jose accepts, or accept what it refuses. */
  readonly differs?: string;
}

const other = jwk(p384, { kid: 'other' });
const onceForEach = ALLOWED.slice(0, 3).map((alg) => jwk(one, { alg, use: 'sig' }));
const UNDECIDED = 'jose leaves it to its caller to try each key';

const cases: readonly KidCase[] = [
  {
    name: 'one key listed for each algorithm',
    keys: onceForEach,
    token: signed(one, 'RS256'),
    verdict: 'accepted',
  },
  { name: 'the last of those', keys: onceForEach, token: signed(one, 'PS256'), verdict: 'accepted' },
  {
    name: 'one entry twice',
    keys: [jwk(one), jwk(one)],
    token: signed(one, 'RS256'),
    verdict: 'accepted',
    differs: UNDECIDED,
  },
  {
    name: 'one key with and without alg',
    keys: [jwk(one, { alg: 'RS256' }), jwk(one)],
    token: signed(one, 'RS256'),
    verdict: 'accepted',
    differs: UNDECIDED,
  },
  {
    name: 'the algorithm that only the entry without alg allows',
    keys: [jwk(one, { alg: 'RS256' }), jwk(one)],
    token: signed(one, 'RS512'),
    verdict: 'accepted',
  },
  {
    name: 'one key in two spellings',
    keys: [jwk(one), jwk(one, padded(one))],
    token: signed(one, 'RS256'),
    verdict: 'accepted',
    differs: UNDECIDED,
  },
  {
    name: 'another key that is for encryption',
    keys: [jwk(two, { use: 'enc', alg: 'RSA-OAEP' }), jwk(one, { use: 'sig', alg: 'RS256' })],
    token: signed(one, 'RS256'),
    verdict: 'accepted',
  },
  {
    name: 'the same key for encryption',
    keys: [jwk(one, { use: 'enc' }), jwk(one, { use: 'sig' })],
    token: signed(one, 'RS256'),
    verdict: 'accepted',
  },
  {
    name: 'RSA and EC, as in RFC 7517 section 4.5',
    keys: [jwk(one), jwk(p256)],
    token: signed(p256, 'ES256'),
    verdict: 'accepted',
  },
  {
    name: 'keys on two curves',
    keys: [jwk(p384), jwk(p256), jwk(ed)],
    token: signed(ed, 'EdDSA'),
    verdict: 'accepted',
  },
  {
    name: 'two RSA keys, each for its own algorithm',
    keys: [jwk(one, { alg: 'RS256' }), jwk(two, { alg: 'RS512' })],
    token: signed(two, 'RS512'),
    verdict: 'accepted',
  },

  {
    name: 'two keys that fit, and the first signed',
    keys: [jwk(one), jwk(two), other],
    token: signed(one, 'RS256'),
    verdict: 'unknown_key',
  },
  {
    name: 'two keys that fit, and the second signed',
    keys: [jwk(one), jwk(two), other],
    token: signed(two, 'RS256'),
    verdict: 'unknown_key',
  },
  {
    name: 'two keys that fit, and nothing else',
    keys: [jwk(one), jwk(two)],
    token: signed(two, 'RS256'),
    verdict: 'unusable',
  },
  {
    name: 'two keys of which one says that it is for the algorithm',
    keys: [jwk(one, { alg: 'RS256' }), jwk(two), other],
    token: signed(one, 'RS256'),
    verdict: 'unknown_key',
  },
  {
    name: 'two keys that meet in another algorithm than the token\u2019s',
    keys: [jwk(one, { alg: 'RS256' }), jwk(two), other],
    token: signed(two, 'RS512'),
    verdict: 'unknown_key',
    differs: 'of two keys that fit one algorithm neither is used',
  },
  {
    name: 'two keys that fit, beside a third of another type under that kid',
    keys: [jwk(one), jwk(two), jwk(p256)],
    token: signed(p256, 'ES256'),
    verdict: 'accepted',
  },
  {
    name: 'two keys that fit, beside a kid of its own',
    keys: [jwk(one), jwk(two), other],
    token: signed(p384, 'ES384', 'other'),
    verdict: 'accepted',
  },
  {
    name: 'the algorithm of one key under the signature of the other',
    keys: [jwk(one, { alg: 'RS256' }), jwk(two, { alg: 'RS512' })],
    token: signToken({ alg: 'RS512', kid: 'k' }, payload, one.privateKey, 'RS512'),
    verdict: 'signature',
  },
  {
    name: 'an algorithm for which the key is not listed',
    keys: [jwk(one, { alg: 'RS256' }), jwk(one, { alg: 'PS256' })],
    token: signed(one, 'RS512'),
    verdict: 'algorithm',
  },
  {
    name: 'an algorithm of EC under a kid of RSA and another curve',
    keys: [jwk(one), jwk(p384)],
    token: signed(p256, 'ES256'),
    verdict: 'algorithm',
  },
  {
    name: 'the key of the entry for encryption',
    keys: [jwk(two, { use: 'enc' }), jwk(one, { use: 'sig' })],
    token: signed(two, 'RS256'),
    verdict: 'signature',
  },
  {
    name: 'one key for two issuers, each of which is to have it alone',
    keys: [jwk(one, { issuer: ISSUER }), jwk(one, { issuer: 'https://other.test' }), other],
    token: signed(one, 'RS256'),
    verdict: 'unknown_key',
  },
  {
    name: 'a key whose private half stands beside it',
    keys: [jwk(one), secretOf(one), other],
    token: signed(one, 'RS256'),
    verdict: 'unknown_key',
  },
  {
    name: 'a key whose private half stands under another kid',
    keys: [jwk(one), { ...secretOf(one), kid: 'backup' }, other],
    token: signed(one, 'RS256'),
    verdict: 'unknown_key',
    differs: 'whoever reads the set can sign with that key',
  },
  {
    name: 'the private half of another key under that kid',
    keys: [jwk(one), secretOf(p256)],
    token: signed(one, 'RS256'),
    verdict: 'accepted',
  },
];

const engines = { 'express-oauth2-jwt-bearer': expressOauth2JwtBearer(), 'node:crypto': nodeCrypto() };

async function judge(engine: keyof typeof engines, keys: readonly object[], token: string): Promise<string> {
  try {
    const verify = jwtVerifier({
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: ALLOWED,
      engine: engines[engine],
      keys: staticKeys({ keys }),
    });
    await verify(token);
    return 'accepted';
  } catch (error) {
    if (error instanceof InvalidTokenError) return error.reason;
    if (error instanceof TypeError && error.message.includes('no usable key')) return 'unusable';
    throw error;
  }
}

const joseAccepts = (keys: readonly object[], token: string): Promise<boolean> =>
  jwtVerify(token, createLocalJWKSet({ keys } as JSONWebKeySet), {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ALLOWED,
  }).then(
    () => true,
    () => false,
  );

describe.each(cases)('one kid with $name', ({ keys, token, verdict, differs }) => {
  it.each(Object.keys(engines) as (keyof typeof engines)[])(`is ${verdict} with %s`, async (engine) => {
    expect(await judge(engine, keys, token)).toBe(verdict);
    expect(await judge(engine, [...keys].reverse(), token)).toBe(verdict);
  });

  it(differs ? `is judged otherwise by jose: ${differs}` : 'is judged by jose alike', async () => {
    const ours = verdict === 'accepted';
    expect(await joseAccepts(keys, token)).toBe(differs ? !ours : ours);
  });
});

it('tells of each key that is left out because of its kid', () => {
  const events: SallyportEvent[] = [];
  const keys = [jwk(one), jwk(two), other, jwk(p256), secretOf(p256)];
  staticKeys({ keys }, { onEvent: (event) => events.push(event) });
  const why = 'shares its kid with another key that fits the same algorithm';
  expect(events).toEqual([
    {
      type: 'keys_refreshed',
      source: 'static JWK Set',
      keys: 1,
      unusable: [
        { kid: 'k', why: 'a private key' },
        { kid: 'k', why: 'its private key is in the set too' },
        { kid: 'k', why },
        { kid: 'k', why },
      ],
    },
  ]);
});
