import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';

/** Whether there is a database server: jest's setup has said so, and in CI has insisted on one. */
export const hasMongo = process.env['SALLYPORT_TEST_MONGODB_URI'] !== undefined;

/** Names a database that nobody else uses, on the server that all tests share. */
export function databaseUri(name = `sallyport_test_${randomUUID().slice(0, 8)}`): string {
  const uri = new URL(process.env['SALLYPORT_TEST_MONGODB_URI'] ?? 'mongodb://127.0.0.1:1');
  uri.pathname = `/${name}`;
  return uri.href;
}

export async function dropDatabase(uri: string): Promise<void> {
  const connection = await mongoose.createConnection(uri).asPromise();
  await connection.dropDatabase();
  await connection.destroy();
}
