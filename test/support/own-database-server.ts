import { startServer } from '../../scripts/database/start-server';
import { type DatabaseServer, freePort } from '../../scripts/database/server';
import { later, temporaryFolder } from './clean-up';

export interface OwnDatabaseServer {
  readonly uri: string;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * A database server of the test's own, which can be killed and come back with its data. Also for tests that cut a service
 * off from its database: SecantusDB keeps a transaction open that was cut off, and then hangs for whoever else uses it.
 */
export async function ownDatabaseServer(): Promise<OwnDatabaseServer> {
  const place = { port: await freePort(), folder: temporaryFolder() };
  let server: DatabaseServer | undefined;
  const stop = async () => {
    await server?.stop();
    server = undefined;
  };
  later(stop);
  const start = async () => {
    server = await startServer(place);
  };
  return { uri: `mongodb://127.0.0.1:${String(place.port)}/own?directConnection=true`, start, stop };
}
