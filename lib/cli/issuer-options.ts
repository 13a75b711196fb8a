import { readFileSync } from 'node:fs';
import { isAlgorithm, ALGORITHMS } from '../keys/algorithms';
import type { KeySource } from '../keys/key-source';
import type { RemoteKeysOptions } from '../keys/remote-keys';
import { staticKeys } from '../keys/static-keys';
import type { RuleOption } from '../tokens/claim-rules';
import type { Arguments, OptionSpecs } from './arguments';
import type { GivenOptions } from './given-options';
import { presetKeys, PROVIDERS, withProvider } from './providers';
import { UsageError } from './usage-error';

/** The options that say which tokens are accepted, named as the options of `sallyport()` are. */
export const ISSUER_OPTIONS: OptionSpecs = {
  issuer: { value: 'URL', help: 'The iss that tokens must have, character by character.' },
  audience: { value: 'NAME', many: true, help: 'What aud must contain; none where tokens have no audience.' },
  provider: { value: 'NAME', help: `Also apply the preset of this provider: ${PROVIDERS.join(', ')}.` },
  'jwks-uri': {
    value: 'URL',
    help: 'Where the keys are. Default: found by the discovery document of --issuer.',
  },
  'allow-http': {
    value: 'HOST:PORT',
    many: true,
    help: 'A host to which plain http is allowed, in addition to this machine.',
  },
  'public-key': { value: 'FILE', help: 'The key as PEM, or a JWK Set, in a file: no network.' },
  algorithm: { value: 'ALG', many: true, help: 'An algorithm that is allowed. Default: RS256.' },
  'authorized-party': { value: 'NAME', many: true, help: 'What azp must be.' },
  claim: { value: 'NAME=VALUE', many: true, help: 'What a claim must be, or contain.' },
  type: { value: 'TYPE', help: 'What typ must be: JWT or at+jwt.' },
  'clock-tolerance': { value: 'SECONDS', help: 'By how much clocks may differ. Default: 5.' },
  'max-token-age': { value: 'SECONDS', help: 'For how long after iat a token is accepted.' },
};

/** The command line's word for an option of `jwtVerifier`. */
export const FLAGS: Readonly<Partial<Record<RuleOption, string>>> = {
  issuer: '--issuer',
  audience: '--audience',
  authorizedParties: '--authorized-party',
  claims: '--claim',
  type: '--type',
  maxTokenAge: '--max-token-age',
};

/** The verifier's options on the command line. Throws a `UsageError` for a value that is not valid. */
export function givenOptions(args: Arguments): GivenOptions {
  const provider = args.text('provider');
  return provider === undefined ? spelledOptions(args) : withProvider(provider, spelledOptions(args));
}

function spelledOptions(args: Arguments): GivenOptions {
  const audience = args.list('audience');
  const algorithms = args.list('algorithm');
  const claims = args.list('claim');
  const type = args.text('type');
  return {
    ...given('issuer', args.text('issuer')),
    ...given('audience', audience?.includes('none') ? null : audience),
    ...given('algorithms', algorithms?.map(algorithm)),
    ...given('authorizedParties', args.list('authorized-party')),
    ...given('claims', claims && requiredClaims(claims)),
    ...given('type', type === undefined ? undefined : tokenType(type)),
    ...given('clockTolerance', args.number('clock-tolerance')),
    ...given('maxTokenAge', args.number('max-token-age')),
  };
}

/** The issuer to fetch keys from; undefined if none is given. A provider with a single issuer needs no `--issuer`. */
export function remoteOptions(args: Arguments, { issuer }: GivenOptions): RemoteKeysOptions | undefined {
  const allowHttp = args.list('allow-http');
  const settings = { ...(allowHttp && { allowHttp }) };
  const jwksUri = args.text('jwks-uri') ?? presetKeys(args.text('provider'), issuer);
  if (jwksUri !== undefined) return { ...settings, jwksUri };
  return issuer === undefined ? undefined : { ...settings, issuer };
}

/** The keys of `--public-key`. Throws a `UsageError` for a file that cannot be read or holds no key. */
export function keysOfFile(args: Arguments): KeySource | undefined {
  const file = args.text('public-key');
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UsageError('--public-key: the file cannot be read.');
  }
  try {
    return staticKeys(text.trimStart().startsWith('{') ? (JSON.parse(text) as { keys: object[] }) : text);
  } catch (error) {
    const why = error instanceof TypeError ? error.message.replace(/^staticKeys: /, '') : 'it is not JSON';
    throw new UsageError(`--public-key: ${why}.`);
  }
}

/** Splits `NAME=VALUE`. A value that is JSON is parsed as JSON: 3 is a number, "3" a string. */
export function claimOf(text: string): readonly [string, unknown] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError('--claim needs NAME=VALUE, such as --claim token_use=access');
  const value = text.slice(at + 1);
  try {
    return [text.slice(0, at), JSON.parse(value)];
  } catch {
    return [text.slice(0, at), value];
  }
}

function requiredClaims(texts: readonly string[]): GivenOptions['claims'] {
  const claims = new Map<string, (string | number | boolean)[]>();
  for (const [name, value] of texts.map(claimOf)) {
    if (typeof value === 'object')
      throw new UsageError('--claim needs one value: a text, a number, true or false.');
    claims.set(name, [...(claims.get(name) ?? []), value as string]);
  }
  return Object.fromEntries(claims);
}

function algorithm(name: string): (typeof ALGORITHMS)[number] {
  if (isAlgorithm(name)) return name;
  throw new UsageError(`--algorithm takes ${ALGORITHMS.join(', ')}.`);
}

function tokenType(type: string): 'JWT' | 'at+jwt' {
  if (type === 'JWT' || type === 'at+jwt') return type;
  throw new UsageError('--type takes JWT or at+jwt.');
}

/** Leaves out options that are undefined. */
function given<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, V>);
}
