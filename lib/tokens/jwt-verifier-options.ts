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
   * The `iss` that tokens must have, compared character by character. With `tenants` a template, in which the name of
   * the tenant's claim is the placeholder: `https://login.microsoftonline.com/{tid}/v2.0`.
   */
  readonly issuer: string;
  /** Other accepted spellings of `iss`. `auth.issuer` is always `issuer`, so users and revocations are the same. */
  readonly aliases?: readonly string[];
  /**
   * The tenants of a multi-tenant issuer whose tokens are accepted, or 'any'. `iss` must be the template with the value
   * of the token's own tenant claim, and each tenant is a separate issuer in `auth.issuer`. Requires `keys`: the JWK
   * Set that all tenants share. A key in it with a member `issuer` verifies only the tokens of that issuer.
   */
  readonly tenants?: Tenants;
  /**
   * The value that `aud` must contain, or several of which it must contain one. null turns the check off, for issuers
   * whose tokens have no `aud` (Clerk's session tokens).
   */
  readonly audience: string | readonly string[] | null;
  /** The issuer's public keys (JWKS). Default: `remoteKeys({ issuer })`, found by OIDC discovery. */
  readonly keys?: KeySource;
  /**
   * Hosts other than this machine from which keys may be fetched over plain http, each with its port, also 80:
   * `['keycloak:8080']`. Where `keys` is given, it is an option of `remoteKeys` instead.
   */
  readonly allowHttp?: readonly string[];
  /** The accepted signature algorithms. Default: RS256 only. `none` and HS* are never accepted. */
  readonly algorithms?: readonly Algorithm[];
  /** The `azp` of a token must be one of these; without `azp` it is refused. Default: `azp` is not checked. */
  readonly authorizedParties?: readonly string[];
  /**
   * Required claims by name, each with its accepted values: the claim must be one of them, or an array that contains
   * one. A token without the claim is refused. Use it where an issuer makes several kinds of tokens, to accept one:
   * `{ token_use: 'access', client_id: ['web', 'app'] }`.
   */
  readonly claims?: Readonly<Record<string, ClaimValue | readonly ClaimValue[]>>;
  /** Reads `auth.scopes` from the payload. Default: `scope` and `scp`. See `claimAt`. */
  readonly scopes?: Grants;
  /** Reads `auth.roles` from the payload. Default: none. See `claimAt`. */
  readonly roles?: Grants;
  /**
   * The required `typ` of the header. Default: JWT, at+jwt or no `typ`; with `audience: null` not at+jwt, which always
   * has an audience (RFC 9068).
   */
  readonly type?: TokenType;
  /** Seconds by which clocks may differ. Default 5. */
  readonly clockTolerance?: number;
  /**
   * Seconds since `iat` after which a token is refused although it has not expired; a token without `iat` is refused
   * too. Default: not checked.
   */
  readonly maxTokenAge?: number;
  /**
   * Greatest number of seconds from `iat` to `exp`; without `iat`, from now. Default: not checked. Where tokens can be
   * revoked, `revocable` also refuses those that live longer than revocations are kept, whatever the value here.
   */
  readonly maxTokenLifetime?: number;
  /**
   * Greatest length of a token in characters. Default 16384. Node answers 431 if all headers together exceed 16 KiB, so
   * a server for longer tokens needs `maxHeaderSize` (`http.createServer({ maxHeaderSize: 32_768 }, app)`), and proxies
   * in front of it need a similar setting.
   */
  readonly maxTokenLength?: number;
  /**
   * A further rule, called with tokens that have a valid signature and satisfy the other rules. Returns the detail of a
   * refusal, which the caller gets, or undefined to accept the token.
   */
  readonly refuse?: Refuse;
  /**
   * Accepts tokens that are bound to a key (`cnf`). For `authenticate` with `possession`, which checks that the sender
   * holds the key; without `possession`, `authenticate` refuses them. Default false: they are refused here.
   */
  readonly boundTokens?: boolean;
  /** Verifies signatures. Default: `expressOauth2JwtBearer()`. `nodeCrypto()` is faster where few tokens are cached. */
  readonly engine?: Engine;
  /** Called with the events of the default key source. */
  readonly onEvent?: OnEvent;
  /** The clock, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** The options that describe an issuer, and not how its tokens are verified. */
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

/** Checks the options once, at mount, and returns the settings that requests need. */
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

/** Throws at mount for values that would only fail at each request, such as a JWK Set or PEM text as `keys`. */
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
