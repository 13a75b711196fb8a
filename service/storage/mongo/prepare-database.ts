import type { Connection } from 'mongoose';
import { StoreUnavailableError } from 'sallyport';
import { UnfitDatabaseError } from './unfit-database';

/** What the service needs in a database, and what can be checked without changing it. */
export interface Demands {
  /** Names of all collections; a view of the same name would be in the way. */
  readonly collections: readonly string[];
  /** By collection whose name has no prefix of sallyport: a field that each of our documents has. */
  readonly telling: Readonly<Record<string, string>>;
}

/** Call it before anything is created. Rejects with an `UnfitDatabaseError`, or with the driver's error. */
export async function demandRoom(connection: Connection, { collections, telling }: Demands): Promise<void> {
  const database = databaseOf(connection);
  const found = await database.listCollections({}, { nameOnly: true, authorizedCollections: true }).toArray();
  for (const { name, type = 'collection' } of found) {
    if (type === 'collection' || !collections.includes(name)) continue;
    throw inTheWay(`${name} is a ${type} and no plain collection`);
  }
  for (const [name, field] of Object.entries(telling)) {
    const document = await database.collection(name).findOne();
    if (document && !(field in document)) throw inTheWay(`${name} holds documents that are not sallyport's`);
  }
}

/** No document has this id. An exact `_id`, so that a sharded cluster accepts the commands. */
const NOTHING = { _id: { $eq: 'sallyport asks whether it may write' } };

/** Changes nothing, but needs the rights to update and delete. Rejects with the driver's error. */
export async function demandWrites(connection: Connection, { collections }: Demands): Promise<void> {
  const database = databaseOf(connection);
  await Promise.all(
    collections.map(async (name) => {
      const collection = database.collection<{ _id: string; never?: boolean }>(name);
      await collection.updateOne(NOTHING, { $set: { never: true } });
      await collection.deleteOne(NOTHING);
    }),
  );
}

function inTheWay(what: string): UnfitDatabaseError {
  return new UnfitDatabaseError(
    `In the database of MONGODB_URI ${what}: remove it, or name another database in MONGODB_URI.`,
  );
}

function databaseOf({ db }: Connection): NonNullable<Connection['db']> {
  if (!db) throw new StoreUnavailableError();
  return db;
}
