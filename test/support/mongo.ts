import { randomUUID } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';

/** Whether there is a database server: jest's setup has said so, and in CI has insisted on one. */
export const hasMongo = process.env['SALLYPORT_TEST_MONGODB_URI'] !== undefined;

/** For tests over MongoDB; skipped, after the setup's loud notice, on a machine that has none. */
export const describeMongo = hasMongo ? describe : describe.skip;

/** Rows of a `describe.each` table that need the database. */
export function overMongo<T>(...rows: T[]): T[] {
  return hasMongo ? rows : [];
}

/** Names a database that nobody else uses, on the server that all tests share. */
export function databaseUri(name = `sallyport_test_${randomUUID().slice(0, 8)}`): string {
  const uri = new URL(process.env['SALLYPORT_TEST_MONGODB_URI'] ?? 'mongodb://127.0.0.1:1');
  uri.pathname = `/${name}`;
  return uri.href;
}

const opened: Connection[] = [];

/** A host's connection to a database of its own, dropped after the file's last test. */
export async function openConnection(uri = databaseUri(), options: object = {}): Promise<Connection> {
  const connection = await mongoose
    .createConnection(uri, { serverSelectionTimeoutMS: 10_000, ...options })
    .asPromise();
  opened.push(connection);
  return connection;
}

if (hasMongo) {
  afterAll(async () => {
    for (const connection of opened.splice(0)) {
      await connection.dropDatabase();
      await connection.close();
    }
  });
}
