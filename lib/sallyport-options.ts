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

/** One issuer and what its tokens must say. */
export type IssuerOptions = Pick<JwtVerifierOptions, Exclude<(typeof OF_ISSUER)[number], 'tenants'>> & {
  readonly tenants?: never;
};

/** A multi-tenant issuer: each tenant is an issuer of its own, and all of them share one source of keys. */
export type IssuerFamilyOptions = Omit<IssuerOptions, 'tenants' | 'keys'> &
  Required<Pick<JwtVerifierOptions, 'tenants' | 'keys'>>;

export interface CommonOptions {
  /** Where users are stored: `memoryUsers()`, the store of `sallyport/mongo`, or your own. */
  readonly users: UserStore | KnownUsers;
  /**
   * Where credentials are read from; a request with more than one is refused. A credential from a cookie needs a check
   * against cross-site requests (CSRF) of the host's own. Default: `[bearer()]`, with `apiKeys` `[bearer(), apiKey()]`.
   */
  readonly credentials?: readonly Extractor[];
  /** API keys beside tokens, in `X-API-Key`. Default: none. */
  readonly apiKeys?: ApiKeyStore;
  /** Checked for every request, after the cache. Default: nothing can be revoked. */
  readonly revocations?: Revocations;
  /**
   * Accepts tokens that are bound to a client's key (RFC 9449): true beside bearer tokens, 'required' in place of them, or
   * settings. Default: such tokens are refused.
   */
  readonly dpop?: PossessionOptions['dpop'];
  /** Where the proofs of `dpop` are remembered, so that each counts once over all instances: `memoryReplays()` for one. */
  readonly replays?: ReplayStore;
  /**
   * Accepts tokens that are bound to a client's certificate (RFC 8705), which this finds: `tlsCertificate` of
   * `sallyport/dpop`, or a function of the request. Default: such tokens are refused.
   */
  readonly certificate?: PossessionOptions['certificate'];
  /** The cache of verified credentials; false: none, every request is verified anew. Default 10000 entries for 60 seconds. */
  readonly cache?: false | { readonly max?: number; readonly seconds?: number };
  /** Rate limit: refused requests per minute and address; false: unlimited. Default 300. */
  readonly addressLimit?: false | { readonly perMinute?: number; readonly exempt?: readonly string[] };
  /** Rate limit: requests per minute and caller; false: unlimited. Default 120, counted in this process. */
  readonly subjectLimit?: false | { readonly perMinute?: number; readonly store?: Store };
  readonly engine?: JwtVerifierOptions['engine'];
  /** The realm of `WWW-Authenticate`. Default "api". */
  readonly realm?: string;
  /**
   * Told every 5xx that `port.problemDetails` answers, with its cause, for the host's log. Default: written to stderr as
   * Express does it, so not where the app's setting `env` (NODE_ENV) is "test".
   */
  readonly onError?: OnError;
  readonly onEvent?: OnEvent;
}

/** One issuer, its options beside the others. */
export type OneIssuer = IssuerOptions & {
  readonly issuers?: never;
  /** What `requireOwner` compares a path with. Default: the subject. */
  readonly owner?: Owner;
};

/** The tenants of one multi-tenant issuer, its options beside the others. */
export type OneFamily = IssuerFamilyOptions & {
  readonly issuers?: never;
  /** Required: a subject alone does not say of which tenant. */
  readonly owner: Owner;
};

/** Several issuers, each with its own keys; the same subject of two of them is two people. */
export interface SeveralIssuers {
  /** The options of each issuer, in place of the same options above. */
  readonly issuers: readonly (IssuerOptions | IssuerFamilyOptions)[];
  /** What `requireOwner` compares a path with. With several issuers required: a subject alone does not say whose it is. */
  readonly owner: Owner;
}

export type SallyportOptions = CommonOptions & (OneIssuer | OneFamily | SeveralIssuers);

/** For an app that keeps no users here: no user is created, and `owner` gets `auth` alone. */
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

/** The issuers of any form. What each of them says is checked by `jwtVerifier`. */
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

/** The same subject, kid or key of two issuers must stay two. */
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

/** A revocation that ends before the token it refuses would let the token back in. */
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

/** What would otherwise fail each request, or silently not be what it was meant to be. */
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

/** Absent options stay absent, so that each default is decided in one place. */
function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  const given = names.filter((name) => from[name] !== undefined);
  return Object.fromEntries(given.map((name): [K, T[K]] => [name, from[name]])) as Pick<T, K>;
}
