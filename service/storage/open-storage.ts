import type { OnEvent } from 'sallyport';
import { openEmbeddedStorage } from './embedded/storage';
import { openMongoStorage } from './mongo/storage';
import type { Storage } from './storage';

export interface StorageConfig {
  /** Undefined: the embedded store. */
  readonly mongodbUri: string | undefined;
  /** The embedded store's folder. */
  readonly dataDir: string;
  readonly dataSync: boolean;
  readonly onEvent?: OnEvent;
}

/** Resolves also while the store can't be reached: its calls say so until it can. */
export async function openStorage({
  mongodbUri,
  dataDir,
  dataSync,
  onEvent,
}: StorageConfig): Promise<Storage> {
  const events = onEvent ? { onEvent } : {};
  if (mongodbUri !== undefined) return openMongoStorage({ uri: mongodbUri, ...events });
  return openEmbeddedStorage({ folder: dataDir, sync: dataSync, ...events });
}
