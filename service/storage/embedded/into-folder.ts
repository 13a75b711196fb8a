import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Archive } from '../archive';
import { BackupError } from '../backup/backup-error';
import { fileErrorCode, fileTrouble } from '../file-trouble';
import { UnusableStoreError } from '../unusable-store';
import { openEmbeddedArchive } from './archive';

/**
 * Fills a new store in a temporary folder within `dataDir`, and moves it to its place once it is complete. Rejects with
 * an `UnusableStoreError` if there is a store already, even one that a service has created meanwhile.
 */
export async function intoFolder(dataDir: string, fill: (archive: Archive) => Promise<void>): Promise<void> {
  const folder = resolve(dataDir);
  const store = join(folder, 'data.mdb');
  if (existsSync(store)) throw taken(folder);
  const beside = join(folder, `.restoring-${randomBytes(4).toString('hex')}`);
  try {
    mkdirSync(beside, { recursive: true, mode: 0o700 });
    const archive = await openEmbeddedArchive({ folder: beside, sync: true });
    try {
      await fill(archive);
    } finally {
      await archive.close();
    }
    put(join(beside, 'data.mdb'), store);
  } catch (error) {
    throw said(error, folder);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

/** Error codes of file systems without hard links. */
const NO_LINKS: readonly unknown[] = ['EPERM', 'ENOTSUP', 'ENOSYS'];

/** Uses a hard link, since that never replaces a file, while a rename would. */
function put(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!NO_LINKS.includes(fileErrorCode(error)) || existsSync(to)) throw error;
    renameSync(from, to);
  }
}

function said(error: unknown, folder: string): unknown {
  const code = fileErrorCode(error);
  if ((error as NodeJS.ErrnoException).syscall === 'link' && code === 'EEXIST') return taken(folder);
  const hasOwnWords = error instanceof BackupError || error instanceof UnusableStoreError;
  if (hasOwnWords || code === undefined) return error;
  const [, why] = fileTrouble(error);
  return new UnusableStoreError(
    `DATA_DIR ${folder} can't be filled: ${why}. Nothing is left there of the backup.`,
    {
      cause: error,
    },
  );
}

function taken(folder: string): UnusableStoreError {
  return new UnusableStoreError(
    `DATA_DIR ${folder} has a store already, which is left as it is: stop the service and move data.mdb and lock.mdb ` +
      'elsewhere, or name another folder in DATA_DIR.',
  );
}
