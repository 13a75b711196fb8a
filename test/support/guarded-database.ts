import mongoose from 'mongoose';
import { startSecantusDb } from '../../scripts/database/secantusdb';
import { later, temporaryFolder } from './clean-up';

/** Users of the database `app`, each with a password that is its name again. */
const USERS = {
  writer: [{ role: 'readWrite', db: 'app' }],
  reader: [{ role: 'read', db: 'app' }],
  stranger: [],
};

export type DatabaseUser = keyof typeof USERS;

/**
 * A SecantusDB that demands authentication and heeds roles, with these users made. Gives the connection string of a
 * user, with another password where one is given.
 */
export async function guardedDatabase(): Promise<(user: DatabaseUser, password?: string) => string> {
  const folder = temporaryFolder();
  const open = await startSecantusDb({ folder });
  const connection = await mongoose.createConnection(open.uri).asPromise();
  const admin = connection.getClient().db('admin');
  for (const [name, roles] of Object.entries(USERS)) {
    await admin.command({ createUser: name, pwd: name, roles });
  }
  await connection.destroy();
  await open.stop();
  const server = await startSecantusDb({ folder }, ['--auth']);
  later(() => server.stop());
  const host = server.uri.replace('mongodb://', '');
  return (user, password = user) => `mongodb://${user}:${password}@${host}/app?authSource=admin`;
}
