import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import mongoose, { type Connection } from 'mongoose';

const DROPPING = { socketTimeoutMS: 20_000 };

/** Whether there is a database server: jest's setup has said so, and in CI has insisted on one. */
export const hasMongo = process.env['SALLYPORT_TEST_MONGODB_URI'] !== undefined;

/** Names a database that nobody else uses, on the server that all tests share. */
export function databaseUri(name = `sallyport_test_${randomUUID().slice(0, 8)}`): string {
  const uri = new URL(process.env['SALLYPORT_TEST_MONGODB_URI'] ?? 'mongodb://127.0.0.1:1');
  uri.pathname = `/${name}`;
  return uri.href;
}

export async function dropDatabase(uri: string): Promise<void> {
  const connection = await mongoose.createConnection(uri, DROPPING).asPromise();
  await dropAndDestroy(connection);
}

/** A server that does not drop a database in time keeps it until the server itself is thrown away; no test fails for that. */
export async function dropAndDestroy(connection: Connection): Promise<void> {
  const dropped = connection.dropDatabase().catch((error: unknown) => {
    if (error instanceof mongoose.mongo.MongoNetworkError) return;
    throw error;
  });
  const given = delay(DROPPING.socketTimeoutMS, undefined, { ref: false });
  await Promise.race([dropped, given]);
  await connection.destroy(true);
}
