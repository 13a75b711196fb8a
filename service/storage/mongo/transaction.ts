import { type ClientSession, type Connection, mongo } from 'mongoose';
import { StoreUnavailableError } from 'sallyport';

/** Milliseconds for retries. The driver would retry for two minutes, long after the caller got an error. */
const GIVE_UP_MS = 2000;

const MAJORITY = new mongo.WriteConcern('majority');

/** Runs `work` in a transaction, and retries on conflicts with others. If `work` throws, the transaction is aborted. */
export async function inTransaction<T>(
  connection: Connection,
  work: (session: ClientSession) => Promise<T>,
): Promise<T> {
  const giveUp = performance.now() + GIVE_UP_MS;
  const session = connection.getClient().startSession();
  try {
    return await session.withTransaction(
      async () => {
        if (performance.now() > giveUp) throw new StoreUnavailableError();
        return work(session);
      },
      { readConcern: { level: 'snapshot' }, writeConcern: MAJORITY, readPreference: 'primary' },
    );
  } finally {
    await session.endSession();
  }
}
