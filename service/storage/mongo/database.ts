import type { Connection } from 'mongoose';
import { mongoStores, type MongoStores, type MongoStoresOptions } from 'sallyport/mongo';
import type { OnHindrance } from '../hindrance';
import { type Link, newConnection, openLink } from './connection';
import { type ModuleCollections, moduleCollections, TELLING } from './module-document';
import { demandRoom, demandWrites } from './prepare-database';

export interface DatabaseOptions extends MongoStoresOptions {
  readonly uri: string;
  readonly onHindrance?: OnHindrance | undefined;
}

/** The database with everything that the service stores in it. Indexes are created as soon as it can be reached. */
export interface Database {
  readonly connection: Connection;
  readonly link: Link;
  readonly stores: MongoStores;
  readonly modules: ModuleCollections;
}

/**
 * Resolves even while the database can't be reached. Rejects with an `UnusableStoreError` for one that can't be used.
 */
export async function openDatabase({ uri, onHindrance, ...options }: DatabaseOptions): Promise<Database> {
  const connection = newConnection();
  const stores = mongoStores(connection, options);
  const modules = moduleCollections(connection);
  const demands = { collections: [...Object.keys(TELLING), ...stores.collections], telling: TELLING };
  const prepare = async (): Promise<void> => {
    await demandRoom(connection, demands);
    await Promise.all([stores.ensureIndexes(), modules.ensureIndexes()]);
    await demandWrites(connection, demands);
  };
  const link = await openLink({ uri, connection, prepare, onHindrance });
  return { connection, link, stores, modules };
}
