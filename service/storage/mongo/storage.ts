import { guarded, type OnEvent } from 'sallyport';
import { mongoStores } from 'sallyport/mongo';
import type { Storage } from '../storage';
import { newConnection, openLink } from './connection';
import { moduleCollections } from './module-document';
import { mongoModules } from './modules';

export interface MongoStorageOptions {
  readonly uri: string;
  /** Milliseconds that one call may take. Default 2000. */
  readonly deadlineMs?: number;
  readonly onEvent?: OnEvent;
}

/** Everything in one database, for any number of instances. Resolves also while it can't be reached. */
export async function openMongoStorage({ uri, ...guard }: MongoStorageOptions): Promise<Storage> {
  const connection = newConnection();
  const stores = mongoStores(connection, guard);
  const modules = moduleCollections(connection);
  const link = await openLink(uri, connection, async () => {
    await Promise.all([stores.ensureIndexes(), modules.ensureIndexes()]);
  });
  const { users, revocations, apiKeys, replays, rateLimits } = stores;
  const { check } = guarded({ check: () => link.check() }, { name: 'database', ...guard });
  return {
    ...{ users, revocations, apiKeys, replays, rateLimits, check },
    modules: guarded(mongoModules(modules), { name: 'modules', ...guard }),
    close: () => link.close(),
  };
}
