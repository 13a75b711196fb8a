import type { OnEvent } from 'sallyport';
import { openEmbeddedStorage } from './embedded/storage';
import type { Storage } from './storage';

export interface StorageConfig {
  /** The embedded store's folder. */
  readonly dataDir: string;
  readonly dataSync: boolean;
  readonly onEvent?: OnEvent;
}

/** Resolves also while the store can't be reached: its calls say so until it can. */
export async function openStorage({ dataDir, dataSync, onEvent }: StorageConfig): Promise<Storage> {
  return Promise.resolve(
    openEmbeddedStorage({ folder: dataDir, sync: dataSync, ...(onEvent && { onEvent }) }),
  );
}
