import { randomUUID } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';

/** Whether there is a database server: jest's setup has said so, and in CI has insisted on one. */
export const hasMongo = process.env['SALLYPORT_TEST_MONGODB_URI'] !== undefined;

/** For tests over MongoDB; skipped, after the setup's loud notice, on a machine that has none. */
export const describeMongo = hasMongo ? describe : describe.skip;

/** Names a database that nobody else uses, on the server that all tests share. */
export function databaseUri(name = `sallyport_test_${randomUUID().slice(0, 8)}`): string {
  const uri = new URL(process.env['SALLYPORT_TEST_MONGODB_URI'] ?? 'mongodb://127.0.0.1:1');
  uri.pathname = `/${name}`;
  return uri.href;
}

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
  for (const connection of opened.splice(0)) {
    await connection.dropDatabase();
    await connection.destroy();
  }
}

export async function dropDatabase(uri: string): Promise<void> {
  const connection = await mongoose.createConnection(uri).asPromise();
  await connection.dropDatabase();
  await connection.destroy();
}
