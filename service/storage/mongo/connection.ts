import { type Connection, createConnection, mongo } from 'mongoose';
import { changesOnly, type OnHindrance } from '../hindrance';
import { databaseHindrance, hasPrimary, topologyHindrance } from './database-hindrance';
import { UnfitDatabaseError, unfitness } from './unfit-database';

/**
 * Settings that deadlines and durability depend on. They override the URI, which sets everything else: the pool size,
 * or `retryWrites=false` for a server without retryable writes.
 */
const SETTINGS = {
  appName: 'sallyport',
  // Shorter than the deadline of a call, so that a call without a server fails instead of running on after its
  // deadline.
  serverSelectionTimeoutMS: 1500,
  connectTimeoutMS: 1500,
  waitQueueTimeoutMS: 1500,
  socketTimeoutMS: 10_000,
  // The interval at which a server that has come back is detected.
  heartbeatFrequencyMS: 1000,
  w: 'majority',
  bufferCommands: false,
  autoIndex: false,
  autoCreate: false,
} as const;

const RETRY_MS = 1000;

export interface Link {
  /** Pings the server. Rejects until `prepare` has succeeded once, and while the server can't be reached. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface LinkOptions {
  readonly uri: string;
  /** Not connected yet. */
  readonly connection: Connection;
  /** Retried until it succeeds once. */
  readonly prepare: () => Promise<void>;
  readonly onHindrance?: OnHindrance | undefined;
}

/**
 * Connects, and retries for as long as the server can't be reached, also at start. Rejects with an `UnusableStoreError`
 * if the first attempt shows that waiting will not help. If a later attempt shows it, it is reported as a hindrance: a
 * service that listens does not exit because of its database.
 */
export async function openLink({ uri, connection, prepare, onHindrance }: LinkOptions): Promise<Link> {
  // Does not connect: parses the connection string, and throws if it is not valid.
  new mongo.MongoClient(uri);
  const tell = changesOnly(onHindrance ?? (() => undefined));
  let prepared = false;
  let closed = false;
  let hindrance: unknown;
  let timer: NodeJS.Timeout | undefined;
  // Every failed call rejects; without a listener the event would end the process.
  connection.on('error', () => undefined);

  async function attempt(): Promise<void> {
    await connection.openUri(uri, SETTINGS);
    // `close()` was called while connecting.
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

/** Reports what the driver's monitoring finds, without a request that needs the database. */
function watchServers(connection: Connection, tell: OnHindrance): void {
  connection.getClient().on('topologyDescriptionChanged', ({ newDescription }) => {
    if (hasPrimary(newDescription)) tell(undefined);
    // A server that is being checked again has no error.
    else if ([...newDescription.servers.values()].some(({ error }) => error)) {
      tell(topologyHindrance(newDescription));
    }
  });
}

/** A connection that is not open yet, to define models on. */
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
