import { type Connection, createConnection, mongo } from 'mongoose';

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

/**
 * Connects, and goes on trying for as long as the server can't be reached: an outage at start is an outage, too.
 * Rejects only for what waiting can't mend. `prepare` is run once, against the server.
 */
export async function openLink(
  uri: string,
  connection: Connection,
  prepare: () => Promise<void>,
): Promise<Link> {
  // Connects to nothing yet: it reads the connection string and throws for one that can't be meant.
  new mongo.MongoClient(uri);
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
  }
  function tryAgain(error: unknown): void {
    hindrance = error;
    if (closed) return;
    timer = setTimeout(() => void attempt().catch(tryAgain), RETRY_MS);
    timer.unref();
  }

  await attempt().catch(async (error: unknown) => {
    if (!(error instanceof UnfitServerError)) {
      tryAgain(error);
      return;
    }
    await connection.destroy();
    throw error;
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

/** An unconnected connection, for models to be defined on. */
export function newConnection(): Connection {
  return createConnection();
}

/** The server is one that this service can't run on, however long it waits. */
export class UnfitServerError extends Error {
  override readonly name = 'UnfitServerError';
}

async function demandTransactions(connection: Connection): Promise<void> {
  const { setName, msg } = (await connection.db?.command({ hello: 1 })) ?? {};
  if (setName !== undefined || msg === 'isdbgrid') return;
  throw new UnfitServerError(
    'MONGODB_URI names a single server; a replica set is needed, of one member at least.',
  );
}
