import fc, { type Arbitrary } from 'fast-check';
import { ALGORITHMS, AUDIENCE, ISSUER, signTexts, type Name } from './signing';
import { applyEdits, edits, type Edit } from './edits';
import { shallowJson } from './odd-json';

/** The text of a JSON value, or seconds from now where only the moment of the test can tell. */
type Value = { readonly json: string } | { readonly inSeconds: number };

/** One member of a header or payload, put in the place of the good one, or beside it under the same name. */
interface Change {
  readonly part: 'header' | 'payload';
  readonly name: string;
  readonly value: Value;
  readonly how: 'instead' | 'before' | 'after' | 'dropped' | 'escaped';
}

type Spelling = (part: string) => string;

export type TokenInput =
  | { readonly kind: 'resigned'; readonly algorithm: Name; readonly changes: readonly Change[] }
  | {
      readonly kind: 'whole';
      readonly algorithm: Name;
      readonly header: string | undefined;
      readonly payload: string;
    }
  | { readonly kind: 'edited'; readonly algorithm: Name; readonly edits: readonly Edit[] }
  | {
      readonly kind: 'flipped';
      readonly algorithm: Name;
      readonly part: number;
      readonly bits: readonly number[];
    }
  | { readonly kind: 'spliced'; readonly from: readonly [Name, Name, Name]; readonly subject: string }
  | {
      readonly kind: 'respelled';
      readonly algorithm: Name;
      readonly part: number;
      readonly spelling: keyof typeof SPELLINGS;
    };

const SPELLINGS = {
  padded: (part) => part + '='.repeat((4 - (part.length % 4)) % 4 || 1),
  standard: (part) => part.replaceAll('-', '+').replaceAll('_', '/'),
  spaceBefore: (part) => ` ${part}`,
  spaceBehind: (part) => `${part} `,
  spaceWithin: (part) => `${part.slice(0, 5)} ${part.slice(5)}`,
  lineBreak: (part) => `${part.slice(0, 5)}\r\n${part.slice(5)}`,
  tab: (part) => `${part}\t`,
  nul: (part) => `${part}\0`,
  trailingBits: (part) => part.slice(0, -1) + String.fromCharCode(part.charCodeAt(part.length - 1) + 1),
  oneMore: (part) => `${part}A`,
  zeroByte: (part) => Buffer.concat([Buffer.from(part, 'base64url'), Buffer.alloc(1)]).toString('base64url'),
  upperCase: (part) => part.toUpperCase(),
  percent: (part) => `%${part.charCodeAt(0).toString(16)}${part.slice(1)}`,
  fullWidth: (part) => String.fromCharCode(part.charCodeAt(0) + 0xfee0) + part.slice(1),
  hex: (part) => Buffer.from(part, 'base64url').toString('hex'),
  twice: (part) => part + part,
  dot: (part) => `${part}.`,
  empty: () => '',
  // The other signature that ECDSA has for the same token is good as well: it must be judged alike, too.
  mirrored: (part) => mirrored(part),
} as const satisfies Readonly<Record<string, Spelling>>;

/** (r, n - s) on P-256. */
function mirrored(part: string): string {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.length !== 64) return part;
  const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
  const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  return Buffer.from(bytes.toString('hex', 0, 32) + s.toString(16).padStart(64, '0'), 'hex').toString(
    'base64url',
  );
}

const HEADER = [
  'alg',
  'kid',
  'typ',
  'crit',
  'b64',
  'enc',
  'zip',
  'cty',
  'jku',
  'x5u',
  'x5c',
  'jwk',
  'x5t',
  'p2c',
  'nonce',
];
const CLAIMS = [
  'iss',
  'aud',
  'sub',
  'exp',
  'nbf',
  'iat',
  'jti',
  'sid',
  'azp',
  'scope',
  'scp',
  'cnf',
  'client_id',
];
const TIMES = ['exp', 'nbf', 'iat'];

const NAMES_OF_ALGORITHMS = [
  'none',
  'None',
  'HS256',
  'RS256',
  'rs256',
  'RS512',
  'PS256',
  'ES256',
  'EdDSA',
  'Ed25519',
];
const LIKELY = [
  ...NAMES_OF_ALGORITHMS,
  ...ALGORITHMS.map((name) => `key-${name}`),
  ...['JWT', 'jwt', 'at+jwt', 'application/at+JWT', 'dpop+jwt', 'secevent+jwt', 'logout+jwt', 'JOSE'],
  ...[ISSUER, `${ISSUER}/`, AUDIENCE, `${AUDIENCE} `, 'user_1', 'modules:read modules:write'],
].map((text) => JSON.stringify(text));
const LISTS = [
  `["${AUDIENCE}"]`,
  `["x","${AUDIENCE}"]`,
  `["${AUDIENCE}",1]`,
  `["${ISSUER}"]`,
  '["b64"]',
  '["exp"]',
];

/** Clear of every limit by more than the moments a test may take; the tolerance is 5 s. */
const SECONDS = [-31_536_000, -86_400, -60, -30, -1, 0, 1, 30, 60, 3600, 86_400, 29 * 86_400, 31 * 86_400];

const algorithm = fc.constantFrom(...ALGORITHMS);
const value: Arbitrary<Value> = fc.oneof(
  fc.constantFrom(...LIKELY, ...LISTS).map((json) => ({ json })),
  shallowJson.map((json) => ({ json })),
);
const time: Arbitrary<Value> = fc.oneof(
  fc.constantFrom(...SECONDS).map((inSeconds) => ({ inSeconds })),
  fc.constantFrom(...SECONDS).map((seconds) => ({ inSeconds: seconds + 0.5 })),
  value,
);
const how = fc.constantFrom('instead', 'before', 'after', 'dropped', 'escaped');
const change: Arbitrary<Change> = fc.oneof(
  fc.record({ part: fc.constant('header'), name: fc.constantFrom(...HEADER), value, how }),
  fc.record({ part: fc.constant('payload'), name: fc.constantFrom(...CLAIMS), value, how }),
  fc.record({ part: fc.constant('payload'), name: fc.constantFrom(...TIMES), value: time, how }),
);
const part = fc.nat({ max: 2 });

export const tokenInputs: Arbitrary<TokenInput> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('resigned'),
      algorithm,
      changes: fc.array(change, { maxLength: 4 }),
    }),
  },
  fc.record({
    kind: fc.constant('whole'),
    algorithm,
    header: fc.option(shallowJson, { nil: undefined }),
    payload: fc.oneof(shallowJson, fc.string({ unit: 'binary' })),
  }),
  fc.record({ kind: fc.constant('edited'), algorithm, edits: edits() }),
  fc.record({
    kind: fc.constant('flipped'),
    algorithm,
    part,
    bits: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('spliced'),
    from: fc.tuple(algorithm, algorithm, algorithm),
    subject: fc.constantFrom('user_1', 'user_2'),
  }),
  fc.record({
    kind: fc.constant('respelled'),
    algorithm,
    part,
    spelling: fc.constantFrom(...(Object.keys(SPELLINGS) as (keyof typeof SPELLINGS)[])),
  }),
);

/** The token that an input stands for. `now` in seconds. */
export function tokenOf(input: TokenInput, now: number): string {
  switch (input.kind) {
    case 'resigned':
      return resigned(input.algorithm, input.changes, now);
    case 'whole':
      return signTexts(
        input.algorithm,
        input.header ?? resignedText('header', input.algorithm, [], now),
        input.payload,
      );
    case 'edited':
      return applyEdits(resigned(input.algorithm, [], now), input.edits);
    case 'flipped':
      return onPart(resigned(input.algorithm, [], now), input.part, (text) => flipped(text, input.bits));
    case 'spliced':
      return spliced(input.from, input.subject, now);
    case 'respelled':
      return onPart(resigned(input.algorithm, [], now), input.part, SPELLINGS[input.spelling]);
  }
}

function resigned(algorithm: Name, changes: readonly Change[], now: number): string {
  const [header, payload] = (['header', 'payload'] as const).map((part) =>
    resignedText(part, algorithm, changes, now),
  );
  return signTexts(algorithm, header ?? '', payload ?? '');
}

type Member = readonly [name: string, json: string];

function resignedText(
  part: Change['part'],
  algorithm: Name,
  changes: readonly Change[],
  now: number,
): string {
  let members: readonly Member[] =
    part === 'header'
      ? [
          ['alg', JSON.stringify(algorithm)],
          ['kid', JSON.stringify(`key-${algorithm}`)],
          ['typ', '"JWT"'],
        ]
      : [
          ['iss', JSON.stringify(ISSUER)],
          ['aud', JSON.stringify(AUDIENCE)],
          ['sub', '"user_1"'],
          ['iat', String(now)],
          ['exp', String(now + 60)],
        ];
  for (const next of changes) if (next.part === part) members = changed(members, next, now);
  return `{${members.map(([name, json]) => `${quoted(name)}:${json}`).join(',')}}`;
}

function changed(members: readonly Member[], { name, value, how }: Change, now: number): readonly Member[] {
  const json = 'json' in value ? value.json : String(now + value.inSeconds);
  const others = members.filter(([other]) => other !== name);
  switch (how) {
    case 'instead':
      return [...others, [name, json]];
    case 'before':
      return [[name, json], ...members];
    case 'after':
      return [...members, [name, json]];
    case 'dropped':
      return others;
    case 'escaped':
      return [...members, [escaped(name), json]];
  }
}

/** The same name for a JSON reader, and another one for whoever looks at the text. */
function escaped(name: string): string {
  return `\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}`;
}

function quoted(name: string): string {
  return `"${name}"`;
}

function spliced(from: readonly [Name, Name, Name], subject: string, now: number): string {
  const value = { json: JSON.stringify(subject) };
  const changes: Change[] = [{ part: 'payload', name: 'sub', value, how: 'instead' }];
  return from
    .map((algorithm, index) => resigned(algorithm, index === 1 ? changes : [], now).split('.')[index])
    .join('.');
}

function onPart(token: string, index: number, change: Spelling): string {
  return token
    .split('.')
    .map((part, at) => (at === index ? change(part) : part))
    .join('.');
}

function flipped(part: string, bits: readonly number[]): string {
  const bytes = Buffer.from(part, 'base64url');
  for (const bit of bits) {
    const at = Math.floor(bit / 8) % bytes.length;
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8));
  }
  return bytes.toString('base64url');
}
