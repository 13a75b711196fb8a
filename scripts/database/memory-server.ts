import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MongoBinary, MongoMemoryReplSet } from 'mongodb-memory-server';
import { CACHE, type DatabaseServer, type ServerPlace } from './server';

const FAILED = join(CACHE, 'mongodb-memory-server-failed');
const REMEMBER_MS = 24 * 3_600_000;

/** A real mongod, downloaded at its first use; a replica set of one, because transactions need one. */
export async function startMemoryServer({ port, folder }: ServerPlace = {}): Promise<DatabaseServer> {
  if (await failedLately())
    throw new Error(`its download failed within a day (delete ${FAILED} to try again)`);
  try {
    // Asked for by itself first: the server's own failure to get it fills the screen.
    await MongoBinary.getPath();
    if (folder !== undefined) await mkdir(folder, { recursive: true });
    const set = await MongoMemoryReplSet.create({
      replSet: { count: 1, name: 'sallyport', storageEngine: 'wiredTiger' },
      instanceOpts: [
        { ...(port !== undefined && { port }), ...(folder !== undefined && { dbPath: folder }) },
      ],
    });
    await rm(FAILED, { force: true });
    const stop = async () => {
      await set.stop({ doCleanup: folder === undefined });
    };
    return { name: 'mongodb-memory-server', uri: set.getUri(), stop };
  } catch (error) {
    await mkdir(CACHE, { recursive: true });
    await writeFile(FAILED, String(error));
    throw error;
  }
}

/** Finding out anew costs several seconds, at each run of a single test. */
async function failedLately(): Promise<boolean> {
  const failed = await stat(FAILED).catch(() => undefined);
  return failed !== undefined && Date.now() - failed.mtimeMs < REMEMBER_MS;
}
