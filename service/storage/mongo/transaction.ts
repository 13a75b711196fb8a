import { type ClientSession, type Connection, mongo } from 'mongoose';
import { StoreUnavailableError } from 'sallyport';

/** The driver would try again for two minutes, long after the caller was told that it failed. */
const GIVE_UP_MS = 2000;

const MAJORITY = new mongo.WriteConcern('majority');

/** Runs `work` until no other transaction interferes; nothing of it stays when it throws. */
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
