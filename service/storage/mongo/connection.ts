import { type Connection, createConnection, mongo } from 'mongoose';
import { changesOnly, type OnHindrance } from '../hindrance';
import { databaseHindrance, hasPrimary, topologyHindrance } from './database-hindrance';
import { UnfitDatabaseError, unfitness } from './unfit-database';

/**
 * What our deadlines and promises rest on. It wins over the URI, so all else is left to that: the size of the pool, and
 * `retryWrites=false` for a server that knows no such writes.
 */
const SETTINGS = {
  appName: 'sallyport',
  // Shorter than a call's own deadline: what has no server now fails, and does not wait for one behind our back.
  serverSelectionTimeoutMS: 1500,
  connectTimeoutMS: 1500,
  waitQueueTimeoutMS: 1500,
  socketTimeoutMS: 10_000,
  // How soon a server that is back is seen.
  heartbeatFrequencyMS: 1000,
  w: 'majority',
  bufferCommands: false,
  autoIndex: false,
  autoCreate: false,
} as const;

const RETRY_MS = 1000;

export interface Link {
  /** Rejects until the server was reached and prepared, and while it can't be reached. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface LinkOptions {
  readonly uri: string;
  /** Unconnected. */
  readonly connection: Connection;
  /** Run against the server until it succeeds once. */
  readonly prepare: () => Promise<void>;
  readonly onHindrance?: OnHindrance | undefined;
}

/**
 * Connects, and goes on trying for as long as the server can't be reached: an outage at start is an outage, too.
 * Rejects with an `UnusableStoreError` for what waiting can't mend, where that is known at once; later it is told as a
 * hindrance, since a service that listens is not ended by its database.
 */
export async function openLink({ uri, connection, prepare, onHindrance }: LinkOptions): Promise<Link> {
  // Connects to nothing yet: it reads the connection string and throws for one that can't be meant.
  new mongo.MongoClient(uri);
  const tell = changesOnly(onHindrance ?? (() => undefined));
  let prepared = false;
  let closed = false;
  let hindrance: unknown;
  let timer: NodeJS.Timeout | undefined;
  // Every failed call tells its own caller; an event without a listener would end the process.
  connection.on('error', () => undefined);

  async function attempt(): Promise<void> {
    await connection.openUri(uri, SETTINGS);
    // Closed while it was connecting.
    if (closed) await connection.destroy();
    await demandTransactions(connection);
    await prepare();
    prepared = true;
    tell(undefined);
    watchServers(connection, tell);
  }
  function tryAgain(error: unknown): void {
    hindrance = error;
    if (closed) return;
    const unfit = unfitness(error, uri);
    tell(unfit ? { kind: 'unusable', says: unfit.message } : databaseHindrance(error));
    timer = setTimeout(() => void attempt().catch(tryAgain), RETRY_MS);
    timer.unref();
  }

  await attempt().catch(async (error: unknown) => {
    const unfit = unfitness(error, uri);
    if (!unfit) {
      tryAgain(error);
      return;
    }
    await connection.destroy();
    throw unfit;
  });
  return {
    async check() {
      if (!prepared) throw new Error('the database is not prepared yet', { cause: hindrance });
      await connection.db?.command({ ping: 1 });
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await connection.destroy();
    },
  };
}

/** Says what the driver finds out by itself, without a request that needs the database. */
function watchServers(connection: Connection, tell: OnHindrance): void {
  connection.getClient().on('topologyDescriptionChanged', ({ newDescription }) => {
    if (hasPrimary(newDescription)) tell(undefined);
    // A server that is only asked again has no error.
    else if ([...newDescription.servers.values()].some(({ error }) => error)) {
      tell(topologyHindrance(newDescription));
    }
  });
}

/** An unconnected connection, for models to be defined on. */
export function newConnection(): Connection {
  return createConnection();
}

async function demandTransactions(connection: Connection): Promise<void> {
  const { setName, msg } = (await connection.db?.command({ hello: 1 })) ?? {};
  if (setName !== undefined || msg === 'isdbgrid') return;
  throw new UnfitDatabaseError(
    'MONGODB_URI names a single server; a replica set is needed, of one member at least.',
  );
}
