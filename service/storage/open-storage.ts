import type { OnEvent } from 'sallyport';
import type { OnHindrance } from './hindrance';
import type { Storage } from './storage';

export interface StorageConfig {
  /** Undefined: the embedded store. */
  readonly mongodbUri: string | undefined;
  /** The embedded store's folder. */
  readonly dataDir: string;
  readonly dataSync: boolean;
  /** Milliseconds that one call to MongoDB may take. Default 2000. */
  readonly storeDeadlineMs?: number;
  readonly onEvent?: OnEvent;
  readonly onHindrance?: OnHindrance;
}

/**
 * Resolves also while the store can't be reached: its calls say so until it can. Rejects with an `UnusableStoreError`
 * for one that waiting won't mend. Only the store that is used is loaded:
 * mongoose takes a third of the time to start, and lmdb needs a binary for the platform.
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
