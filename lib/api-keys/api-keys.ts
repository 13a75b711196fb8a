import type { User } from '../auth';
import { InsufficientScopeError, InvalidRequestError } from '../errors';
import { refuseUnknown, isList } from '../options';
import type { Revocations } from '../revocations/revocations';
import { guarded } from '../stores/guarded';
import { newApiKey } from './api-key-format';
import type { ApiKeyRecord, ApiKeyStore } from './api-key-store';

export interface ApiKeysOptions {
  readonly store: ApiKeyStore;
  /**
   * Scopes that every user may give a key, and that a key gets where none are asked for. A key with any other scope
   * expires, after 30 days unless its wish says when: its maker's tokens may lose that scope, and the key would not.
   */
  readonly scopes: readonly string[];
  /** Makes a deleted key stop everywhere at once. Default: it stops when caches forget it. */
  readonly revocations?: Pick<Revocations, 'revoke'>;
  /** Keys of one user. Default 50. */
  readonly limit?: number;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

export interface ApiKeyWish {
  readonly name: string;
  /** Default: all that every user may give. */
  readonly scopes?: readonly string[];
  /**
   * Milliseconds since the epoch; null: never, which only a key of everybody's scopes may ask for. Default: never for
   * those, and in 30 days for a key that has other scopes.
   */
  readonly expiresAt?: number | null;
  /**
   * When the caller's token was issued (`iat`), in milliseconds since the epoch: a revocation of the user that refuses the
   * token refuses the key too, also where it comes to us later than the key was made. Default: now.
   */
  readonly grantedAt?: number;
}

export type IssueOutcome =
  | { readonly outcome: 'issued'; readonly key: string; readonly record: ApiKeyRecord }
  | { readonly outcome: 'limit' };

/** A user's own keys: what routes need. Ask only for callers who came with a token, since keys can't make keys. */
export interface ApiKeys {
  /**
   * `held`: the scopes of the caller's token, each of which may be handed on.
   * Throws `InsufficientScopeError` for a scope that is neither held nor everybody's, and `InvalidRequestError`
   * for an expiry that has passed, or for none where the key must expire.
   */
  issue(user: User, wish: ApiKeyWish, held: readonly string[]): Promise<IssueOutcome>;
  list(user: User): Promise<readonly ApiKeyRecord[]>;
  /** Whether the user had it. */
  remove(user: User, id: string): Promise<boolean>;
}

const OPTIONS = [
  'store',
  'scopes',
  'revocations',
  'limit',
  'now',
] as const satisfies readonly (keyof ApiKeysOptions)[];

/**
 * Issues, lists and removes API keys.
 *
 * @example
 * const keys = apiKeys({ store: memoryApiKeys(), scopes: ['notes:read', 'notes:write'] });
 * const issued = await keys.issue(user, { name: 'backup', scopes: ['notes:read'] }, auth.scopes);
 */
export function apiKeys(options: ApiKeysOptions): ApiKeys {
  refuseUnknown('apiKeys', options, OPTIONS);
  const { scopes: everybodys, revocations, limit = 50, now = () => Date.now() } = options;
  if (!Number.isInteger(limit) || limit < 1)
    throw new TypeError('apiKeys: "limit" must be a whole number from 1');
  if (!isList(everybodys)) throw new TypeError('apiKeys: "scopes" must be a list');
  if (typeof (options.store as Partial<ApiKeyStore> | undefined)?.add !== 'function')
    throw new TypeError('apiKeys: "store" must be an API key store, such as memoryApiKeys()');
  const store = guarded(options.store, { name: 'api-keys' });

  return {
    async issue(user, wish, held) {
      const scopes = [...new Set(wish.scopes ?? everybodys)];
      const missing = scopes.filter((scope) => !everybodys.includes(scope) && !held.includes(scope));
      if (missing.length > 0) throw new InsufficientScopeError(missing);
      const createdAt = now();
      const mustExpire = scopes.some((scope) => !everybodys.includes(scope));
      const expiresAt = expiryOf(wish, createdAt, mustExpire);
      const { id, key, hash } = newApiKey();
      const grantedAt = Math.min(createdAt, wish.grantedAt ?? createdAt);
      const record = recordOf(user, wish.name, { id, hash, scopes, createdAt, grantedAt, expiresAt });
      const outcome = await store.add(record, limit);
      return outcome === 'added' ? { outcome: 'issued', key, record } : { outcome };
    },
    list: async (user) => store.list(user.id),
    async remove(user, id) {
      const record = await store.find(id);
      if (record?.userId !== user.id) return false;
      // First: a key that was deleted but not revoked would live on in the caches of other instances.
      await revocations?.revoke([{ by: 'key', issuer: record.issuer, value: id, deleted: true }]);
      return store.delete(user.id, id);
    },
  };
}

const MUST_EXPIRE_MS = 30 * 86_400_000;

function expiryOf({ expiresAt }: ApiKeyWish, createdAt: number, mustExpire: boolean): number | undefined {
  if (expiresAt === undefined) return mustExpire ? createdAt + MUST_EXPIRE_MS : undefined;
  if (expiresAt === null) {
    if (mustExpire) throw new InvalidRequestError('A key with scopes that not every user has must expire.');
    return undefined;
  }
  if (!(expiresAt > createdAt)) throw new InvalidRequestError('The expiry of the key has passed.');
  return expiresAt;
}

type Made = Pick<ApiKeyRecord, 'id' | 'hash' | 'scopes' | 'createdAt' | 'grantedAt' | 'expiresAt'>;

function recordOf({ id: userId, issuer, subject }: User, name: string, made: Made): ApiKeyRecord {
  return Object.freeze({ ...made, userId, issuer, subject, name, lastUsedAt: undefined });
}
