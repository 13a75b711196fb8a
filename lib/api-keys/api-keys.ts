import type { User } from '../auth';
import { isAddressRange } from '../addresses/address-range';
import { InsufficientScopeError, InvalidRequestError, NotOwnerError } from '../errors';
import { refuseUnknown, isList } from '../options';
import type { Revocations } from '../revocations/revocations';
import { guarded } from '../stores/guarded';
import { DEFAULT_PREFIX, isPrefix, newApiKey } from './api-key-format';
import type { ApiKeyRecord, ApiKeyStore } from './api-key-store';
import type { ApiKeyWish, Held, IssueOutcome } from './wishes';
import { rotation, type RotateOutcome, type RotationWish } from './rotation';

export interface ApiKeysOptions {
  readonly store: ApiKeyStore;
  /**
   * Scopes that every user may give a key, and that a key gets if none are named. A key with any other scope expires,
   * by default after 30 days and after 366 days at most: the tokens of the user may lose that scope, and the key would
   * not.
   */
  readonly scopes: readonly string[];
  /** Refuses a deleted key on all instances at once. Default: caches accept it until their entry expires. */
  readonly revocations?: Pick<Revocations, 'revoke'>;
  /** Prefix of keys, before a `_`: 1 to 20 of a-z, 0-9 and single `_`, a letter first. Default "sp". */
  readonly prefix?: string;
  /** Maximum number of keys per user. Default 50. */
  readonly limit?: number;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** The keys of one user, for your routes. Allow tokens only (`requireToken`): an API key must not create API keys. */
export interface ApiKeys {
  /**
   * `held`: the scopes of the caller's token, which the key may get, or an object with scopes and organizations.
   * Throws `InsufficientScopeError` for a scope that is neither in `held` nor in the option `scopes`, `NotOwnerError`
   * for an organization that is not in `held`, and `InvalidRequestError` for malformed addresses, for an expiry that
   * has passed, and, where the key must expire, for an expiry of null or later than in 366 days.
   */
  issue(user: User, wish: ApiKeyWish, held: readonly string[] | Held): Promise<IssueOutcome>;
  /**
   * Issues a new key with the name, scopes, addresses, organization and lifetime of an old one, which stays valid until
   * `until`. Throws as `issue` does if the caller's token does not have the scopes or organization of the key.
   */
  rotate(user: User, id: string, wish: RotationWish, held: readonly string[] | Held): Promise<RotateOutcome>;
  list(user: User): Promise<readonly ApiKeyRecord[]>;
  /** Resolves with whether the user had the key. */
  remove(user: User, id: string): Promise<boolean>;
}

const OPTIONS = [
  'store',
  'scopes',
  'revocations',
  'prefix',
  'limit',
  'now',
] as const satisfies readonly (keyof ApiKeysOptions)[];

/**
 * Issues, lists and removes API keys.
 *
 * @throws {TypeError} when it is called, for an option that is unknown, missing or malformed.
 *
 * @example
 * const keys = apiKeys({ store: memoryApiKeys(), scopes: ['notes:read', 'notes:write'] });
 * const issued = await keys.issue(user, { name: 'backup', scopes: ['notes:read'] }, auth.scopes);
 */
export function apiKeys(options: ApiKeysOptions): ApiKeys {
  refuseUnknown('apiKeys', options, OPTIONS);
  const { scopes: everybodys, revocations, limit = 50, prefix = DEFAULT_PREFIX } = options;
  const { now = () => Date.now() } = options;
  if (!Number.isInteger(limit) || limit < 1)
    throw new TypeError('apiKeys: "limit" must be a whole number from 1');
  if (!isList(everybodys)) throw new TypeError('apiKeys: "scopes" must be a list');
  if (typeof (options.store as Partial<ApiKeyStore> | undefined)?.add !== 'function')
    throw new TypeError('apiKeys: "store" must be an API key store, such as memoryApiKeys()');
  if (!isPrefix(prefix)) throw new TypeError('apiKeys: "prefix" must be 1 to 20 of a-z, 0-9 and single _');
  const store = guarded(options.store, { name: 'api-keys' });

  /** Whether a key has a scope, or an organization, that its user may lose. */
  function mustExpire({ scopes, organization }: Pick<ApiKeyRecord, 'scopes' | 'organization'>): boolean {
    return organization !== undefined || scopes.some((scope) => !everybodys.includes(scope));
  }

  async function issue(user: User, wish: ApiKeyWish, held: readonly string[] | Held): Promise<IssueOutcome> {
    const scopes = [...new Set(wish.scopes ?? everybodys)];
    checkHeld(scopes, wish.organization, everybodys, held);
    const addresses = addressesOf(wish);
    const createdAt = now();
    const expiresAt = expiryOf(wish, createdAt, mustExpire({ ...wish, scopes }));
    const { id, key, hash } = newApiKey(prefix);
    const { name, organization } = wish;
    const grantedAt = Math.min(createdAt, wish.grantedAt ?? createdAt);
    const made = { id, hash, scopes, createdAt, grantedAt, expiresAt };
    const record = recordOf(user, name, {
      ...made,
      ...(addresses && { addresses }),
      ...(organization !== undefined && { organization }),
    });
    const outcome = await store.add(record, limit);
    return outcome === 'added' ? { outcome: 'issued', key, record } : { outcome };
  }

  return {
    issue,
    rotate: rotation({
      store,
      issue,
      maxLifetime: (key) => (mustExpire(key) ? MAX_LIFETIME_MS : Infinity),
      now,
    }),
    list: async (user) => store.list(user.id),
    async remove(user, id) {
      const record = await store.find(id);
      if (record?.userId !== user.id) return false;
      // Before it is deleted: a key that is deleted but not revoked would be accepted by the caches of other instances.
      await revocations?.revoke([{ by: 'key', issuer: record.issuer, value: id, deleted: true }]);
      return store.delete(user.id, id);
    },
  };
}

const MAX_ADDRESSES = 50;

function checkHeld(
  scopes: readonly string[],
  organization: string | undefined,
  everybodys: readonly string[],
  held: readonly string[] | Held,
): void {
  const { scopes: ofToken, organizations = [] } = 'scopes' in held ? held : { scopes: held };
  const missing = scopes.filter((scope) => !everybodys.includes(scope) && !ofToken.includes(scope));
  if (missing.length > 0) throw new InsufficientScopeError(missing);
  if (organization !== undefined && !organizations.includes(organization))
    throw new NotOwnerError('The token is not of this organization.');
}

/** An empty list would be a key that is valid nowhere or, misread, everywhere. */
function addressesOf({ addresses }: ApiKeyWish): readonly string[] | undefined {
  if (addresses === undefined) return undefined;
  const valid =
    isList(addresses) &&
    addresses.length > 0 &&
    addresses.length <= MAX_ADDRESSES &&
    addresses.every((entry) => isAddressRange(entry, { exact: true }));
  if (valid) return Object.freeze([...addresses]);
  throw new InvalidRequestError(
    'The addresses of a key are 1 to 50 addresses and CIDR ranges without bits behind the prefix.',
  );
}

const DAY_MS = 86_400_000;
/** For keys that must expire. */
const DEFAULT_LIFETIME_MS = 30 * DAY_MS;
const MAX_LIFETIME_MS = 366 * DAY_MS;

function expiryOf({ expiresAt }: ApiKeyWish, createdAt: number, mustExpire: boolean): number | undefined {
  if (expiresAt === undefined) return mustExpire ? createdAt + DEFAULT_LIFETIME_MS : undefined;
  if (expiresAt === null) {
    if (mustExpire) throw new InvalidRequestError('A key with scopes that not every user has must expire.');
    return undefined;
  }
  if (!(expiresAt > createdAt)) throw new InvalidRequestError('The expiry of the key has passed.');
  if (mustExpire && expiresAt > createdAt + MAX_LIFETIME_MS)
    throw new InvalidRequestError('A key with scopes that not every user has must expire within a year.');
  return expiresAt;
}

type Made = Omit<ApiKeyRecord, 'userId' | 'issuer' | 'subject' | 'name' | 'lastUsedAt' | 'replacedBy'>;

function recordOf({ id: userId, issuer, subject }: User, name: string, made: Made): ApiKeyRecord {
  return Object.freeze({ ...made, userId, issuer, subject, name, lastUsedAt: undefined });
}
