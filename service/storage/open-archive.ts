import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Archive } from './archive';
import type { Hindrance } from './hindrance';
import type { StorageConfig } from './open-storage';
import { UnusableStoreError } from './unusable-store';

/**
 * Opens the store for reading while the service may run. The embedded store is read as it is now (a snapshot); MongoDB
 * is read entry by entry, each as it is at that moment. Rejects with an `UnusableStoreError` if there is no store or it
 * can't be used.
 */
export async function openArchive({ mongodbUri, dataDir, dataSync }: ArchiveConfig): Promise<Archive> {
  if (mongodbUri !== undefined) return openMongo(mongodbUri);
  // Otherwise a misspelt folder would be created as a new and empty store.
  if (!existsSync(join(dataDir, 'data.mdb'))) {
    throw new UnusableStoreError(`DATA_DIR ${dataDir} holds no embedded store.`);
  }
  const { openEmbeddedArchive } = await import('./embedded/archive.js');
  return openEmbeddedArchive({ folder: dataDir, sync: dataSync, asOfNow: true });
}

export type ArchiveConfig = Pick<StorageConfig, 'mongodbUri' | 'dataDir' | 'dataSync'>;

export async function openMongo(mongodbUri: string): Promise<Archive> {
  const { openMongoArchive } = await import('./mongo/archive.js');
  let hindrance: Hindrance | undefined;
  return openMongoArchive(mongodbUri, (told) => (hindrance = told)).catch((cause: unknown) => {
    if (cause instanceof UnusableStoreError || !hindrance) throw cause;
    throw new UnusableStoreError(hindrance.says, { cause });
  });
}
