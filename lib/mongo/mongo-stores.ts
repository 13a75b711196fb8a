import type { Store } from 'express-rate-limit';
import type { Connection } from 'mongoose';
import type { ApiKeyStore } from '../api-keys/api-key-store';
import type { OnEvent } from '../events';
import { refuseUnknown } from '../options';
import type { ReplayStore } from '../replays/replay-store';
import type { RevocationStore } from '../revocations/revocation-store';
import { guarded } from '../stores/guarded';
import type { UserStore } from '../users/user-store';
import { API_KEYS, type ApiKeysDocument, mongoApiKeys } from './api-keys';
import { documents } from './documents';
import { mongoRateLimits, RATE_LIMITS, type RateLimitDocument } from './rate-limits';
import { mongoReplays, type ReplayDocument, REPLAYS } from './replays';
import { mongoRevocations, type RevocationDocument, REVOCATIONS } from './revocations';
import { type UserDocument, USERS } from './user-document';
import { mongoUsers } from './users';

export interface MongoStoresOptions {
  /** Prefix of the names of the collections: 1 to 64 letters, digits, "_" or "-". Default `sallyport_`. */
  readonly prefix?: string;
  /**
   * Milliseconds that one call of `users`, `apiKeys` or `replays` may take before it rejects with
   * `StoreUnavailableError`. Default 2000.
   */
  readonly deadlineMs?: number;
  readonly onEvent?: OnEvent;
}

export interface MongoStores {
  readonly users: UserStore;
  readonly revocations: RevocationStore;
  readonly apiKeys: ApiKeyStore;
  readonly replays: ReplayStore;
  /** Makes a store for one limiter of express-rate-limit, whose keys are separated from those of others by `prefix`. */
  readonly rateLimits: (prefix: string) => Store;
  /** The names of all collections, for backups, sharding and access rights. */
  readonly collections: readonly string[];
  /**
   * Creates the indexes that are missing. The stores need them to be correct and fast: call it at each start. Rejects
   * with an `IndexError` where the server refuses, such as for a missing privilege; with `StoreUnavailableError` where
   * the host has not connected yet; with the driver's error otherwise.
   */
  ensureIndexes(): Promise<void>;
}

/**
 * Every store of sallyport in one database, for any number of instances. The host owns the connection, its settings and
 * its closing; settings and plugins of its mongoose do not affect these stores. Set `serverSelectionTimeoutMS` no higher
 * than `deadlineMs`: otherwise calls still wait in the driver after they were answered 503.
 *
 * @throws {TypeError} when it is called, for an option that is unknown or malformed, and for a connection that is not
 * mongoose's or has a model of one of the collections.
 *
 * @example
 * const stores = mongoStores(connection);
 * await stores.ensureIndexes();
 * sallyport({ issuer, audience, users: stores.users, apiKeys: stores.apiKeys });
 */
export function mongoStores(connection: Connection, options: MongoStoresOptions = {}): MongoStores {
  refuseUnknown('mongoStores', options, ['prefix', 'deadlineMs', 'onEvent']);
  const { prefix = 'sallyport_', ...guard } = options;
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(prefix)) {
    throw new TypeError('mongoStores: "prefix" must be 1 to 64 letters, digits, "_" or "-"');
  }
  const users = documents<UserDocument>(connection, prefix, USERS);
  const revocations = documents<RevocationDocument>(connection, prefix, REVOCATIONS);
  const apiKeys = documents<ApiKeysDocument>(connection, prefix, API_KEYS);
  const replays = documents<ReplayDocument>(connection, prefix, REPLAYS);
  const rateLimits = documents<RateLimitDocument>(connection, prefix, RATE_LIMITS);
  const all = [users, revocations, apiKeys, replays, rateLimits];
  return {
    users: guarded(mongoUsers(users), { name: 'users', ...guard }),
    // Guarded by revocationFeed, since its first read gets everything and may take longer than other calls.
    revocations: mongoRevocations(revocations),
    apiKeys: guarded(mongoApiKeys(apiKeys), { name: 'api-keys', ...guard }),
    replays: guarded(mongoReplays(replays), { name: 'replays', ...guard }),
    rateLimits: (limiter) => mongoRateLimits(rateLimits, limiter),
    collections: Object.freeze(all.map(({ name }) => name)),
    async ensureIndexes() {
      await Promise.all(all.map((each) => each.ensureIndexes()));
    },
  };
}
