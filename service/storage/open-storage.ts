import type { OnEvent } from 'sallyport';
import type { Storage } from './storage';

export interface StorageConfig {
  /** Undefined: the embedded store. */
  readonly mongodbUri: string | undefined;
  /** The embedded store's folder. */
  readonly dataDir: string;
  readonly dataSync: boolean;
  readonly onEvent?: OnEvent;
}

/**
 * Resolves also while the store can't be reached: its calls say so until it can. Only the store that is used is loaded:
 * mongoose takes a third of the time to start, and lmdb needs a binary for the platform.
 */
export async function openStorage({
  mongodbUri,
  dataDir,
  dataSync,
  onEvent,
}: StorageConfig): Promise<Storage> {
  const events = onEvent ? { onEvent } : {};
  if (mongodbUri !== undefined) {
    const { openMongoStorage } = await import('./mongo/storage.js');
    return openMongoStorage({ uri: mongodbUri, ...events });
  }
  const { openEmbeddedStorage } = await import('./embedded/storage.js');
  return openEmbeddedStorage({ folder: dataDir, sync: dataSync, ...events });
}
