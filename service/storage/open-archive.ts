import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Archive } from './archive';
import type { Hindrance } from './hindrance';
import type { StorageConfig } from './open-storage';
import { UnusableStoreError } from './unusable-store';

/**
 * The store of a service that may be running, to be read as a whole: the embedded one as it is now, MongoDB as it is when
 * each entry is read. Rejects with an `UnusableStoreError` where there is none, or none that can be used.
 */
export async function openArchive({ mongodbUri, dataDir, dataSync }: ArchiveConfig): Promise<Archive> {
  if (mongodbUri !== undefined) return openMongo(mongodbUri);
  // Opened, a folder that was misspelt would be a new and empty store.
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
