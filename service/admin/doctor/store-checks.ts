import type { Config } from '../../config';
import type { Hindrance } from '../../storage/hindrance';
import { openStorage } from '../../storage/open-storage';
import { UnusableStoreError } from '../../storage/unusable-store';
import { broken, passed, type Check } from './check';
import { folderChecks } from './folder-checks';

/** Checks whether the store can be reached, read and written, and has its indexes. */
export async function storeChecks(config: Config): Promise<readonly Check[]> {
  if (config.mongodbUri !== undefined) {
    const says =
      'MONGODB_URI is a replica set that can be reached; it has its indexes, and may be read and written';
    return [await opened(config, says)];
  }
  const folder = folderChecks(config.dataDir);
  const isUsable = folder.isThere && !folder.checks.some(({ outcome }) => outcome === 'broken');
  return isUsable
    ? [...folder.checks, await opened(config, 'The store in DATA_DIR can be read and written')]
    : folder.checks;
}

async function opened(config: Config, says: string): Promise<Check> {
  let hindrance: Hindrance | undefined;
  try {
    const storage = await openStorage({ ...config, onHindrance: (told) => (hindrance = told) });
    try {
      await storage.check();
      return passed('store', says);
    } catch {
      return hindrance
        ? broken('store', hindrance.says)
        : broken('store', 'The store does not answer in time', 'see its own log');
    } finally {
      await storage.close();
    }
  } catch (error) {
    if (error instanceof UnusableStoreError) return broken('store', error.message);
    throw error;
  }
}
