import type { Archive } from '../archive';
import { type ArchiveConfig, openMongo } from '../open-archive';
import { storeFailure } from '../store-failure';
import { BackupError } from './backup-error';
import { isEmpty } from './restore';

export interface RestorePlace extends ArchiveConfig {
  /** Whether to complete an earlier restore into a database that is not empty. */
  readonly goOn: boolean;
}

/**
 * Lets `fill` write into the store that the service would use, which must be empty. An embedded store is created
 * completely or not at all; in a database, entries that were added before a failure stay. Rejects with a `BackupError`
 * or an `UnusableStoreError`.
 */
export async function restoreInto(
  { mongodbUri, dataDir, goOn }: RestorePlace,
  fill: (archive: Archive) => Promise<void>,
): Promise<void> {
  if (mongodbUri !== undefined) return intoDatabase(mongodbUri, goOn, fill);
  const { intoFolder } = await import('../embedded/into-folder.js');
  return intoFolder(dataDir, fill);
}

async function intoDatabase(
  uri: string,
  goOn: boolean,
  fill: (archive: Archive) => Promise<void>,
): Promise<void> {
  const archive = await openMongo(uri);
  try {
    if (!goOn && !(await isEmpty(archive))) {
      throw new BackupError(
        'The database of MONGODB_URI is not empty, and is left as it is: name an empty one, or give --continue where ' +
          'restoring this very backup was cut off.',
      );
    }
    await fill(archive).catch((error: unknown) => {
      throw storeFailure(error, 'What was restored until then stays: give --continue the next time.');
    });
  } finally {
    await archive.close();
  }
}
