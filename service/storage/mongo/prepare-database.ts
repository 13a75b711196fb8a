import type { Connection } from 'mongoose';
import { StoreUnavailableError } from 'sallyport';
import { UnfitDatabaseError } from './unfit-database';

/** What the service needs of a database, and what of it can be asked without leaving anything behind. */
export interface Demands {
  /** Those that a view or other documents could be in the way of. */
  readonly collections: readonly string[];
  /** A field that every document of a collection has which is not sallyport's by its name alone. */
  readonly telling: Readonly<Record<string, string>>;
}

/** Before anything is made. Rejects with an `UnfitDatabaseError`, or with what the driver says. */
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

/** No document has this id. Given exactly, so that a sharded cluster takes it too. */
const NOTHING = { _id: { $eq: 'sallyport asks whether it may write' } };

/** Changes and removes nothing, and yet needs the rights to. Rejects with what the driver says. */
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
