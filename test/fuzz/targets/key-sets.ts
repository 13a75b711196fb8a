import { strict as assert } from 'node:assert';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc, { type Arbitrary } from 'fast-check';
import { InvalidTokenError, jwtVerifier, KeysUnavailableError, remoteKeys, staticKeys } from 'sallyport';
import type { KeySource } from 'sallyport';
import { later } from '../../support/clean-up';
import { applyEdits, edits, type Edit } from '../support/edits';
import { shallowJson } from '../support/odd-json';
import { ALGORITHMS, AUDIENCE, ISSUER, jwks, signTexts } from '../support/signing';
import { property, type FuzzTarget } from '../target';

/** A member of the set: a good key, changed in some of its own members; or no key at all. */
type Member =
  { readonly like: number; readonly changes: Readonly<Record<string, string>> } | { readonly json: string };

interface KeySet {
  readonly members: readonly Member[];
  /** Where the good key of RS256 stands among them. */
  readonly at: number;
  readonly times: number;
  readonly around: string | undefined;
  readonly edits: readonly Edit[];
}

const NAMES = [
  'kty',
  'kid',
  'alg',
  'use',
  'key_ops',
  'crv',
  'n',
  'e',
  'x',
  'y',
  'd',
  'oth',
  'k',
  'x5c',
  'x5t',
  'ext',
  '__proto__',
];
const LIKELY = [
  ...[
    '"RSA"',
    '"EC"',
    '"OKP"',
    '"oct"',
    '"sig"',
    '"enc"',
    '["verify"]',
    '["sign"]',
    '[]',
    'null',
    '"P-256"',
    '"P-384"',
  ],
  ...[
    '"secp256k1"',
    '"Ed25519"',
    '"X25519"',
    '"AQAB"',
    '"AQ"',
    '"AA"',
    '"Ag"',
    '""',
    '"AAAAAQAB"',
    '"AQAB="',
    '" AQAB"',
  ],
  ...[
    '"RS256"',
    '"ES256"',
    '"none"',
    '"key-RS256"',
    '"other"',
    '"__proto__"',
    `"${'A'.repeat(2000)}"`,
    `"${'_'.repeat(700)}"`,
  ],
];
const json: Arbitrary<string> = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...LIKELY) }, shallowJson);
const member: Arbitrary<Member> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      like: fc.nat({ max: jwks.keys.length - 1 }),
      changes: fc.dictionary(fc.constantFrom(...NAMES), json, { maxKeys: 4, noNullPrototype: true }),
    }),
  },
  json.map((text) => ({ json: text })),
);
const keySetInputs: Arbitrary<KeySet> = fc.record({
  members: fc.array(member, { maxLength: 5 }),
  at: fc.nat({ max: 5 }),
  times: fc.oneof({ weight: 30, arbitrary: fc.constant(1) }, fc.constantFrom(20, 200)),
  around: fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, json),
  edits: fc.oneof({ weight: 6, arbitrary: fc.constant([]) }, edits()),
});

/** What `remoteKeys` reads of a set. */
const MAX_BYTES = 524_288;

const GOOD = JSON.stringify(jwks.keys[ALGORITHMS.indexOf('RS256')]);

const { n: GOOD_MODULUS } = JSON.parse(GOOD) as { readonly n: string };

function textOf(one: Member): string {
  if ('json' in one) return one.json;
  const members = Object.entries(jwks.keys[one.like] ?? {}).map(([name, value]) => [
    name,
    JSON.stringify(value),
  ]);
  // Without changes it is another key of the set; its own kid lets it stand beside the good one.
  const all = Object.entries({ ...Object.fromEntries(members), kid: '"changed"', ...one.changes });
  return `{${all.map(([name, text]) => `${JSON.stringify(name)}:${String(text)}`).join(',')}}`;
}

function documentOf({ members, at, times, around, edits: list }: KeySet): string {
  const texts = Array.from({ length: times }, () => members.map(textOf)).flat();
  texts.splice(at, 0, GOOD);
  return applyEdits(`{${around === undefined ? '' : `"x":${around},`}"keys":[${texts.join(',')}]}`, list);
}

/** Whether no other member claims the kid of the good key or holds its private half, so that nothing can keep it from being used. */
function isClear({ members, edits: list }: KeySet): boolean {
  const texts = members.map(textOf);
  const isRival = (text: string): boolean =>
    text.includes('key-RS256') || (text.includes(GOOD_MODULUS) && /"(d|oth|k)":/.test(text));
  return list.length === 0 && !texts.some(isRival);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function statically(document: string): KeySource | undefined {
  try {
    return staticKeys(parsed(document) as { keys: object[] });
  } catch (error) {
    assert(error instanceof TypeError && error.message.startsWith('staticKeys: '), String(error));
    return undefined;
  }
}

/** A token of the good key is accepted, or refused by an error of ours. */
async function accepts(keys: KeySource): Promise<boolean> {
  const now = Math.floor(Date.now() / 1000);
  const header = JSON.stringify({ alg: 'RS256', kid: 'key-RS256' });
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'user_1', iat: now, exp: now + 60 };
  const token = signTexts('RS256', header, JSON.stringify(claims));
  try {
    await jwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys })(token);
    return true;
  } catch (error) {
    const ours = error instanceof InvalidTokenError || error instanceof KeysUnavailableError;
    assert(ours, `not an error of ours: ${String(error)}`);
    return false;
  }
}

/** Serves the text that is current. */
async function keyServer(): Promise<{ url: string; serve: (text: string) => void }> {
  let served = '';
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(served);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/jwks`,
    serve: (text) => (served = text),
  };
}

/** However odd a JWK Set is, it is read in no time, refused by errors of ours, and spoils no good key in it. */
export const keySets: FuzzTarget = {
  name: 'key-sets',
  runs: 200,
  async open() {
    const server = await keyServer();
    return property(keySetInputs, async (input) => {
      const document = documentOf(input);
      const start = process.cpuUsage();
      const known = statically(document);
      const { user } = process.cpuUsage(start);
      assert(user < 2_000_000, `took ${String(user)} us to read`);
      const atHand = known !== undefined && (await accepts(known));
      server.serve(document);
      const remote = remoteKeys({ jwksUri: server.url });
      const overHttp = await accepts(remote).finally(() => remote.close());
      const whole = Buffer.byteLength(document) <= MAX_BYTES;
      assert.equal(overHttp, atHand && whole, 'another verdict over HTTP');
      if (isClear(input)) assert(atHand, 'a good key is spoilt by its neighbours');
    });
  },
};
