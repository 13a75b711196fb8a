import type { Store } from 'express-rate-limit';
import type { Auth } from './auth';
import type { ApiKeyStore } from './api-keys/api-key-store';
import type { Extractor } from './credentials/extractor';
import type { PossessionOptions } from './dpop/possession';
import type { OnEvent } from './events';
import { checkExtractors } from './middleware/prover';
import type { OnError } from './middleware/problem-details';
import type { Owner } from './middleware/require-owner';
import { DEFAULT_CLOCK_TOLERANCE, hasMethods, isObject, refuseUnknown, isList } from './options';
import type { ReplayStore } from './replays/replay-store';
import type { Revocations } from './revocations/revocations';
import { issuerNames, shareNames, type IssuerNames } from './tokens/issuer-names';
import { OF_ISSUER, type JwtVerifierOptions } from './tokens/jwt-verifier-options';
import type { KnownUsers } from './users/known-users';
import type { UserStore } from './users/user-store';

/** One issuer and the rules for its tokens. */
export type IssuerOptions = Pick<JwtVerifierOptions, Exclude<(typeof OF_ISSUER)[number], 'tenants'>> & {
  readonly tenants?: never;
};

/** A multi-tenant issuer: each tenant is an issuer with its own `iss`, and all share one source of keys. */
export type IssuerFamilyOptions = Omit<IssuerOptions, 'tenants' | 'keys'> &
  Required<Pick<JwtVerifierOptions, 'tenants' | 'keys'>>;

export interface CommonOptions {
  /** Store of users: `memoryUsers()`, the store of `sallyport/mongo`, or your own. */
  readonly users: UserStore | KnownUsers;
  /**
   * Where credentials are read from; a request with more than one is refused. Credentials in cookies need a protection
   * against cross-site requests (CSRF) of your own. Default: `[bearer()]`, with `apiKeys` `[bearer(), apiKey()]`.
   */
  readonly credentials?: readonly Extractor[];
  /** Store of API keys, which are accepted in `X-API-Key` beside tokens. Default: none. */
  readonly apiKeys?: ApiKeyStore;
  /** Checked for every request, also if the credential is cached. Default: nothing can be revoked. */
  readonly revocations?: Revocations;
  /**
   * Accepts DPoP-bound tokens (RFC 9449): true in addition to bearer tokens, 'required' instead of them, or an object
   * of settings. Default: such tokens are refused.
   */
  readonly dpop?: PossessionOptions['dpop'];
  /** Store of the proofs of `dpop`, so that all instances accept each only once: `memoryReplays()` for one instance. */
  readonly replays?: ReplayStore;
  /**
   * Accepts tokens that are bound to a client certificate (RFC 8705). Returns the certificate of a request:
   * `tlsCertificate` of `sallyport/dpop`, or your own function. Default: such tokens are refused.
   */
  readonly certificate?: PossessionOptions['certificate'];
  /** The cache of verified credentials; false: every request is verified. Default 10000 entries for 60 seconds. */
  readonly cache?: false | { readonly max?: number; readonly seconds?: number };
  /** Rate limit: refused requests per minute and address; false: unlimited. Default 300. */
  readonly addressLimit?: false | { readonly perMinute?: number; readonly exempt?: readonly string[] };
  /** Rate limit: requests per minute and caller; false: unlimited. Default 120, counted in this process. */
  readonly subjectLimit?: false | { readonly perMinute?: number; readonly store?: Store };
  readonly engine?: JwtVerifierOptions['engine'];
  /** The realm of `WWW-Authenticate`. Default "api". */
  readonly realm?: string;
  /**
   * Called with every 5xx that `port.problemDetails` answers or `port.verify` rejects with, for the host's log; the
   * error has its `cause`. Default: `port.problemDetails` writes to stderr as Express does, unless the app's setting
   * `env` (NODE_ENV) is "test".
   */
  readonly onError?: OnError;
  readonly onEvent?: OnEvent;
}

/** One issuer, with its options next to the common ones. */
export type OneIssuer = IssuerOptions & {
  readonly issuers?: never;
  /** The value that `requireOwner` compares the path parameter with. Default: the subject. */
  readonly owner?: Owner;
};

/** The tenants of one multi-tenant issuer, with its options next to the common ones. */
export type OneFamily = IssuerFamilyOptions & {
  readonly issuers?: never;
  /** Required: the same subject in two tenants is two users. */
  readonly owner: Owner;
};

/** Several issuers, each with its own keys; the same subject at two of them is two users. */
export interface SeveralIssuers {
  /** The options of each issuer, instead of the same options beside `issuers`. */
  readonly issuers: readonly (IssuerOptions | IssuerFamilyOptions)[];
  /** The value that `requireOwner` compares the path parameter with. Required, since a subject alone is ambiguous. */
  readonly owner: Owner;
}

export type SallyportOptions = CommonOptions & (OneIssuer | OneFamily | SeveralIssuers);

/** For an app without a store of users: no user is created, and `owner` gets `auth` only. */
export type OptionsWithoutUsers = Omit<CommonOptions, 'users'> & {
  readonly users?: undefined;
  readonly owner?: (auth: Auth) => string;
} & (OneIssuer | OneFamily | SeveralIssuers);

export type AnyOptions = SallyportOptions | OptionsWithoutUsers;

const COMMON = [
  'users',
  'credentials',
  'apiKeys',
  'revocations',
  'dpop',
  'replays',
  'certificate',
  'cache',
  'addressLimit',
  'subjectLimit',
  'engine',
  'realm',
  'onError',
  'onEvent',
  'owner',
] as const;

export interface NamedIssuer {
  readonly options: IssuerOptions | IssuerFamilyOptions;
  readonly names: IssuerNames;
}

/** The issuers, in any form of the options. The options of each are checked by `jwtVerifier`. */
export function issuersOf(options: AnyOptions): readonly NamedIssuer[] {
  const several = isObject(options) && options.issuers !== undefined;
  refuseUnknown('sallyport', options, several ? [...COMMON, 'issuers'] : [...COMMON, ...OF_ISSUER]);
  checkParts(options);
  const { issuers = [pick(options as CommonOptions & OneIssuer, OF_ISSUER)], owner } = options;
  if (!isList(issuers) || issuers.length === 0) throw new TypeError('sallyport: "issuers" must be a list');
  const named = issuers.map((issuer) => ({ options: issuer, names: issuerNames(issuer, misuse) }));
  const isOne = options.issuers === undefined && issuers[0]?.tenants === undefined;
  if (!isOne && typeof owner !== 'function') {
    throw new TypeError(
      'sallyport: several issuers or tenants need "owner", since one subject may be theirs or another one\'s',
    );
  }
  checkApart(named);
  for (const issuer of issuers) checkOutlived(issuer, options.revocations);
  return named;
}

/** Two issuers must share no name and no keys, so that no subject or kid can belong to both. */
function checkApart(issuers: readonly NamedIssuer[]): void {
  const shared = issuers.some(({ names }, index) =>
    issuers.slice(index + 1).some((other) => shareNames(names, other.names)),
  );
  if (shared) throw new TypeError('sallyport: "issuers" names one issuer twice');
  const sources = issuers.flatMap(({ options: { keys } }) => (keys ? [keys] : []));
  if (new Set(sources).size !== sources.length) {
    throw new TypeError('sallyport: two of "issuers" share their "keys"; give each its own source');
  }
}

/** A revocation must be kept for as long as the token that it refuses could be accepted. */
function checkOutlived(
  { maxTokenLifetime = 0, clockTolerance = DEFAULT_CLOCK_TOLERANCE }: IssuerOptions | IssuerFamilyOptions,
  revocations: CommonOptions['revocations'],
): void {
  if (!revocations) return;
  if (maxTokenLifetime > revocations.retentionSeconds) {
    throw misuse('maxTokenLifetime', 'at most the "retentionSeconds" of the revocations');
  }
  if (clockTolerance > revocations.clockTolerance) {
    throw misuse('clockTolerance', 'at most the "clockTolerance" of the revocations');
  }
}

/** Checks at mount what would otherwise fail with each request, or silently have no effect. */
function checkParts(options: Omit<CommonOptions, 'users'> & { readonly owner?: Owner }): void {
  const { revocations, apiKeys, credentials } = options;
  if (credentials !== undefined) checkExtractors('sallyport', credentials);
  if (revocations !== undefined && !hasMethods(revocations, ['check', 'onRevoked', 'prewarm', 'state'])) {
    throw misuse('revocations', 'what follows a store, such as revocationFeed({ store })');
  }
  if (apiKeys !== undefined && !hasMethods(apiKeys, ['find', 'noteUse'])) {
    throw misuse('apiKeys', 'an API key store, such as memoryApiKeys()');
  }
  for (const name of ['cache', 'addressLimit', 'subjectLimit'] as const) {
    const value: unknown = options[name];
    if (value !== undefined && value !== false && !isObject(value)) {
      throw misuse(name, 'an object of options, or false for none');
    }
  }
  for (const name of ['owner', 'onError', 'onEvent'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'function') throw misuse(name, 'a function');
  }
}

function misuse(option: string, expected: string): TypeError {
  return new TypeError(`sallyport: "${option}" must be ${expected}`);
}

/** Options that are undefined are left out, so that each default is set in one place. */
function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  const given = names.filter((name) => from[name] !== undefined);
  return Object.fromEntries(given.map((name): [K, T[K]] => [name, from[name]])) as Pick<T, K>;
}
