import mongoose, { type Connection } from 'mongoose';
import { databaseUri, dropAndDestroy, hasMongo } from './database-uri';

export { databaseUri, dropDatabase, hasMongo } from './database-uri';

/** For tests over MongoDB; skipped, after the setup's loud notice, on a machine that has none. */
export const describeMongo = hasMongo ? describe : describe.skip;

const opened: Connection[] = [];

/** A host's connection to a database of its own; `closeConnections` drops it. */
export async function openConnection(uri = databaseUri(), options: object = {}): Promise<Connection> {
  const connection = await mongoose
    .createConnection(uri, { serverSelectionTimeoutMS: 10_000, ...options })
    .asPromise();
  opened.push(connection);
  return connection;
}

export async function closeConnections(): Promise<void> {
  for (const connection of opened.splice(0)) await dropAndDestroy(connection);
}
