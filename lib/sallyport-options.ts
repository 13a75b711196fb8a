import type { Store } from 'express-rate-limit';
import type { ApiKeyStore } from './api-keys/api-key-store';
import type { OnEvent } from './events';
import type { Owner } from './middleware/require-owner';
import { refuseUnknown } from './options';
import type { Revocations } from './revocations/revocations';
import type { JwtVerifierOptions } from './tokens/jwt-verifier-options';
import type { KnownUsers } from './users/known-users';
import type { UserStore } from './users/user-store';

/** One issuer and what its tokens must say. */
export type IssuerOptions = Omit<JwtVerifierOptions, 'onEvent' | 'now' | 'engine'>;

export interface CommonOptions {
  /** Where users live: `memoryUsers()`, the store of `sallyport/mongo`, or your own. */
  readonly users: UserStore | KnownUsers;
  /** API keys beside tokens, in `X-API-Key`. Default: none. */
  readonly apiKeys?: ApiKeyStore;
  /** Asked for every request, after the cache. Default: nothing can be revoked. */
  readonly revocations?: Revocations;
  /** The token cache; false: every request is verified anew. Default 10000 entries, 60 seconds. */
  readonly cache?: false | { readonly max?: number; readonly seconds?: number };
  /** Refused attempts per minute and address; false: unlimited. Default 300. */
  readonly addressLimit?: false | { readonly perMinute?: number; readonly exempt?: readonly string[] };
  /** Requests per minute and caller; false: unlimited. Default 120, counted in this process. */
  readonly subjectLimit?: false | { readonly perMinute?: number; readonly store?: Store };
  readonly engine?: JwtVerifierOptions['engine'];
  /** The realm of `WWW-Authenticate`. Default "api". */
  readonly realm?: string;
  readonly onEvent?: OnEvent;
}

/** One issuer, spelled flat. */
export type OneIssuer = IssuerOptions & {
  readonly issuers?: never;
  /** What `requireOwner` compares a path with. Default: the subject. */
  readonly owner?: Owner;
};

/** Several issuers, each with its own keys; the same subject of two of them is two people. */
export interface SeveralIssuers {
  readonly issuers: readonly IssuerOptions[];
  /** Required: a subject alone does not say whose. */
  readonly owner: Owner;
}

export type SallyportOptions = CommonOptions & (OneIssuer | SeveralIssuers);

const COMMON = [
  'users',
  'apiKeys',
  'revocations',
  'cache',
  'addressLimit',
  'subjectLimit',
  'engine',
  'realm',
  'onEvent',
  'owner',
] as const;

const OF_ISSUER = [
  'issuer',
  'audience',
  'keys',
  'algorithms',
  'authorizedParties',
  'clockTolerance',
  'maxTokenAge',
  'maxTokenLifetime',
  'refuse',
] as const;

/** The issuers of either form. What each of them says is checked by `jwtVerifier`. */
export function issuersOf(options: SallyportOptions): readonly IssuerOptions[] {
  if (!options.issuers) {
    refuseUnknown('sallyport', options, [...COMMON, ...OF_ISSUER]);
    return [pick(options, OF_ISSUER)];
  }
  refuseUnknown('sallyport', options, [...COMMON, 'issuers']);
  const { issuers, owner } = options;
  if (!isList(issuers) || issuers.length === 0) throw new TypeError('sallyport: "issuers" must be a list');
  if (typeof (owner as unknown) !== 'function') {
    throw new TypeError(
      'sallyport: several issuers need "owner", since one subject may be theirs or another issuer\'s',
    );
  }
  const names = issuers.map(({ issuer }) => issuer);
  if (new Set(names).size !== names.length)
    throw new TypeError('sallyport: "issuers" names one issuer twice');
  return issuers;
}

function isList(value: unknown): boolean {
  return Array.isArray(value);
}

/** Absent options stay absent, so that each default is decided in one place. */
function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  const given = names.filter((name) => from[name] !== undefined);
  return Object.fromEntries(given.map((name): [K, T[K]] => [name, from[name]])) as Pick<T, K>;
}
