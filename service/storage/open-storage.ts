import type { OnEvent } from 'sallyport';
import type { OnHindrance } from './hindrance';
import type { Storage } from './storage';

export interface StorageConfig {
  /** Undefined: use the embedded store. */
  readonly mongodbUri: string | undefined;
  /** Folder of the embedded store. */
  readonly dataDir: string;
  readonly dataSync: boolean;
  /** Timeout of one call to MongoDB, in milliseconds. Default 2000. */
  readonly storeDeadlineMs?: number;
  readonly onEvent?: OnEvent;
  readonly onHindrance?: OnHindrance;
}

/**
 * Resolves even while the store can't be reached: its calls reject until it can. Rejects with an `UnusableStoreError`
 * if waiting does not help. Imports only the store that is used: mongoose takes a third of the time to start, and lmdb
 * needs a binary for the platform.
 */
export async function openStorage({
  mongodbUri,
  dataDir,
  dataSync,
  storeDeadlineMs,
  onEvent,
  onHindrance,
}: StorageConfig): Promise<Storage> {
  const events = { ...(onEvent && { onEvent }), onHindrance };
  if (mongodbUri !== undefined) {
    const { openMongoStorage } = await import('./mongo/storage.js');
    const deadline = storeDeadlineMs === undefined ? {} : { deadlineMs: storeDeadlineMs };
    return openMongoStorage({ uri: mongodbUri, ...deadline, ...events });
  }
  const { openEmbeddedStorage } = await import('./embedded/storage.js');
  return openEmbeddedStorage({ folder: dataDir, sync: dataSync, ...events });
}
