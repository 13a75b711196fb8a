import type { OnEvent } from '../events';
import type { KeySource } from '../keys/key-source';
import { issuerKeys } from '../keys/issuer-keys';
import { DEFAULT_CLOCK_TOLERANCE, hasMethods, refuseUnknown } from '../options';
import { ALGORITHMS, isAlgorithm, type Algorithm } from '../keys/algorithms';
import type { ClaimRules, Refuse } from './claim-rules';
import type { Engine } from './engine';
import { expressOauth2JwtBearer } from './express-oauth2-jwt-bearer-engine';
import { rolesReader, scopesReader, type Grants } from './grants';
import { issuerNames, type Tenants } from './issuer-names';
import { readRequiredClaims, type ClaimValue } from './required-claims';
import { MAX_TOKEN_LENGTH } from './strict-jws';
import type { TokenType } from './token-type';

export interface JwtVerifierOptions {
  /**
   * The `iss` that tokens must carry, character by character. With `tenants` a template in which the name of the tenant's
   * claim stands for the tenant: `https://login.microsoftonline.com/{tid}/v2.0`.
   */
  readonly issuer: string;
  /** Other spellings of the same `iss`: `auth.issuer` is `issuer` for them too, so users and revocations are one. */
  readonly aliases?: readonly string[];
  /**
   * The tenants of a multi-tenant issuer whose tokens are accepted, or 'any', written out. `iss` must be what the template
   * gives for the token's own tenant claim, and each tenant is an issuer of its own in `auth.issuer`. Needs `keys`: the set
   * that all tenants share. A key of it that names an `issuer` verifies that one's tokens only.
   */
  readonly tenants?: Tenants;
  /** What `aud` must contain, or one of several. null, written out, where the issuer's tokens have no `aud` (Clerk's session tokens). */
  readonly audience: string | readonly string[] | null;
  /** The issuer's public keys (JWKS). Default: `remoteKeys({ issuer })`, found by OIDC discovery. */
  readonly keys?: KeySource;
  /**
   * Hosts beside this machine that may be asked for keys in plain http, each with its port, 80 included:
   * `['keycloak:8080']`. For a key source of your own it is an option of `remoteKeys`.
   */
  readonly allowHttp?: readonly string[];
  /** The signature algorithms that are accepted. Default: RS256 alone. `none` and HS* are never accepted. */
  readonly algorithms?: readonly Algorithm[];
  /** The `azp` of a token must be one of these; without `azp` it is refused. Default: `azp` is not checked. */
  readonly authorizedParties?: readonly string[];
  /**
   * By name, what a claim must be, or as a list contain: one of these values. A token without the claim is refused. Where
   * an issuer makes tokens for many purposes this accepts one kind: `{ token_use: 'access', client_id: ['web', 'app'] }`.
   */
  readonly claims?: Readonly<Record<string, ClaimValue | readonly ClaimValue[]>>;
  /** Reads from the payload what the caller may do, for `auth.scopes`. Default: `scope` and `scp`. See `claimAt`. */
  readonly scopes?: Grants;
  /** Reads from the payload what the caller is, for `auth.roles`. Default: none. See `claimAt`. */
  readonly roles?: Grants;
  /** What `typ` must say. Default: JWT, at+jwt or no `typ`, but with `audience: null` no at+jwt, which has an audience by RFC 9068. */
  readonly type?: TokenType;
  /** Seconds by which clocks may differ. Default 5. */
  readonly clockTolerance?: number;
  /** Seconds since `iat` after which a token is refused although it has not expired. Default: not checked. */
  readonly maxTokenAge?: number;
  /**
   * Seconds from `iat` to `exp` at most; without `iat`, from now. Default: not checked. Where tokens can be revoked, `revocable`
   * refuses those that live longer than revocations are kept, whatever is said here.
   */
  readonly maxTokenLifetime?: number;
  /**
   * Characters of a token at most. Default 16384. Node refuses headers of more than 16 KiB together with 431, so a server for
   * such tokens needs `maxHeaderSize` (`http.createServer({ maxHeaderSize: 32_768 }, app)`), and proxies in front the like.
   */
  readonly maxTokenLength?: number;
  /** A further rule on a token whose signature was good: returns why it is refused, in words for the caller. */
  readonly refuse?: Refuse;
  /**
   * Lets tokens through that are bound to a key (`cnf`): for `authenticate` with `possession`, which proves that their sender
   * holds it, and without it refuses them. Default false: they are refused here.
   */
  readonly boundTokens?: boolean;
  /** What verifies signatures. Default: `expressOauth2JwtBearer()`. `nodeCrypto()` is faster where tokens are seldom repeated. */
  readonly engine?: Engine;
  /** Called with the events of the default key source. */
  readonly onEvent?: OnEvent;
  /** The clock, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** What says something about one issuer, and not about how it is asked. */
export const OF_ISSUER = [
  'issuer',
  'aliases',
  'tenants',
  'audience',
  'keys',
  'allowHttp',
  'algorithms',
  'authorizedParties',
  'claims',
  'scopes',
  'roles',
  'type',
  'clockTolerance',
  'maxTokenAge',
  'maxTokenLifetime',
  'maxTokenLength',
  'refuse',
] as const satisfies readonly (keyof JwtVerifierOptions)[];

const OPTIONS = [
  ...OF_ISSUER,
  'boundTokens',
  'engine',
  'onEvent',
  'now',
] as const satisfies readonly (keyof JwtVerifierOptions)[];

export interface JwtRules {
  readonly algorithms: ReadonlySet<Algorithm>;
  readonly claims: ClaimRules;
  readonly engine: Engine;
  readonly keys: KeySource;
  /** Characters. */
  readonly maxTokenLength: number;
  readonly now: () => number;
}

/** Checks the options once, at mount, and closes over what requests need. */
export function jwtRules(options: JwtVerifierOptions): JwtRules {
  refuseUnknown('jwtVerifier', options, OPTIONS);
  const { onEvent } = options;
  const names = issuerNames(options, misuse);
  checkParts(options);
  return {
    algorithms: algorithmSet(options.algorithms ?? ['RS256']),
    claims: {
      names,
      audience: audienceSet(options.audience),
      authorizedParties: options.authorizedParties && nameSet('authorizedParties', options.authorizedParties),
      type: options.type,
      required: readRequiredClaims(options.claims, (expected) => misuse('claims', expected)),
      boundTokens: options.boundTokens === true,
      clockTolerance: seconds('clockTolerance', options.clockTolerance ?? DEFAULT_CLOCK_TOLERANCE),
      maxTokenAge:
        options.maxTokenAge === undefined ? undefined : seconds('maxTokenAge', options.maxTokenAge),
      maxTokenLifetime:
        options.maxTokenLifetime === undefined
          ? undefined
          : seconds('maxTokenLifetime', options.maxTokenLifetime),
      refuse: options.refuse,
      scopes: scopesReader(options.scopes),
      roles: rolesReader(options.roles),
    },
    engine: options.engine ?? expressOauth2JwtBearer(),
    keys: options.keys ?? issuerKeys(options, onEvent),
    maxTokenLength: tokenLength(options.maxTokenLength),
    now: options.now ?? (() => Date.now()),
  };
}

/** A key set or a PEM given for a source, above all: it would fail every request, and only then. */
function checkParts({ keys, tenants, engine, type, audience, ...rest }: JwtVerifierOptions): void {
  if (keys !== undefined && !hasMethods(keys, ['find', 'holds'])) {
    throw misuse('keys', 'a key source, such as remoteKeys() or staticKeys()');
  }
  if (keys !== undefined && rest.allowHttp !== undefined) {
    throw misuse('allowHttp', 'left out where "keys" is given: it is an option of remoteKeys()');
  }
  if (tenants !== undefined && keys === undefined) {
    throw misuse(
      'keys',
      'given with "tenants": the set that all of them share, such as remoteKeys({ jwksUri })',
    );
  }
  if (engine !== undefined && !hasMethods(engine, ['verify'])) {
    throw misuse('engine', 'an engine, such as nodeCrypto()');
  }
  for (const name of ['refuse', 'scopes', 'roles'] as const) {
    if (rest[name] !== undefined && typeof (rest[name] as unknown) !== 'function')
      throw misuse(name, 'a function');
  }
  if (![undefined, 'JWT', 'at+jwt'].includes(type)) throw misuse('type', '"JWT" or "at+jwt"');
  if (type === 'at+jwt' && audience === null) {
    throw misuse('audience', 'given with type "at+jwt": such tokens carry one (RFC 9068)');
  }
}

function audienceSet(audience: unknown): ReadonlySet<string> | null {
  if (audience === null) return null;
  if (audience === undefined)
    throw misuse('audience', 'a string, a list of strings, or null where tokens carry none');
  return nameSet('audience', typeof audience === 'string' ? [audience] : audience);
}

function nameSet(option: string, names: unknown): ReadonlySet<string> {
  const valid =
    Array.isArray(names) &&
    names.length > 0 &&
    names.every((name) => typeof name === 'string' && name !== '');
  if (!valid) throw misuse(option, 'a list of non-empty strings with at least one member');
  return new Set(names as string[]);
}

function algorithmSet(algorithms: readonly unknown[]): ReadonlySet<Algorithm> {
  const valid = Array.isArray(algorithms) && algorithms.length > 0 && algorithms.every(isAlgorithm);
  if (!valid) throw misuse('algorithms', `a list of ${ALGORITHMS.join(', ')}`);
  return new Set(algorithms);
}

function tokenLength(length = MAX_TOKEN_LENGTH): number {
  if (!Number.isInteger(length) || length < 1) throw misuse('maxTokenLength', 'a whole number from 1');
  return length;
}

function seconds(option: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw misuse(option, 'seconds, from 0');
  return value;
}

function misuse(option: string, expected: string): TypeError {
  return new TypeError(`jwtVerifier: "${option}" must be ${expected}`);
}
