import { guarded, type OnEvent } from 'sallyport';
import type { OnHindrance } from '../hindrance';
import type { Storage } from '../storage';
import { openDatabase } from './database';
import { mongoModules } from './modules';

export interface MongoStorageOptions {
  readonly uri: string;
  /** Timeout of one call, in milliseconds. Default 2000. */
  readonly deadlineMs?: number;
  readonly onEvent?: OnEvent;
  readonly onHindrance?: OnHindrance | undefined;
}

/**
 * Stores everything in one database, for any number of instances. Resolves even while the database can't be reached;
 * rejects with an `UnusableStoreError` for one that can't be used.
 */
export async function openMongoStorage({
  uri,
  onHindrance,
  ...guard
}: MongoStorageOptions): Promise<Storage> {
  const { link, stores, modules } = await openDatabase({ uri, onHindrance, ...guard });
  const { users, revocations, apiKeys, replays, rateLimits } = stores;
  const { check } = guarded({ check: () => link.check() }, { name: 'database', ...guard });
  return {
    ...{ users, revocations, apiKeys, replays, rateLimits, check },
    modules: guarded(mongoModules(modules), { name: 'modules', ...guard }),
    close: () => link.close(),
  };
}
