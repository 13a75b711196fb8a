import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';
import { RefusedFolderError } from './refused-folder';

const FORMAT = '1';

/** The folder contains data that this version cannot read and must not change. */
export class StorageFormatError extends RefusedFolderError {
  override readonly name = 'StorageFormatError';
}

const LMDB_MAGIC = 0xbeefc0de;
const LMDB_VERSION = 2;
const TWO_PAGES = 8192;

/**
 * Call it before LMDB opens the files: LMDB crashes on a lock file without access rights, such as another user's, and
 * on data that are not LMDB's or of another version of LMDB.
 */
export function checkFiles(folder: string): void {
  for (const name of ['data.mdb', 'lock.mdb']) demandAccess(join(folder, name));
  const head = Buffer.alloc(32);
  const size = readHead(join(folder, 'data.mdb'), head);
  if (size === 0) return;
  const isOurs = head.readUInt32LE(24) === LMDB_MAGIC && head.readUInt32LE(28) === LMDB_VERSION;
  if (isOurs && size >= TWO_PAGES) return;
  throw new StorageFormatError(
    `DATA_DIR ${folder} holds a data.mdb that this version of sallyport can't read; name another folder.`,
  );
}

/** Does not open the file: closing it would release the locks that this process holds on it. */
function demandAccess(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isFile()) throw new Error(`${path} is in the way: it is no file`);
  accessSync(path, constants.R_OK | constants.W_OK);
}

/** Returns the size of the file, 0 if there is none, and copies its first bytes into `head`. */
function readHead(path: string, head: Buffer): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return 0;
  const file = openSync(path, 'r');
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  return size;
}

/** Checks the format of a folder; writes the current one into a new folder. */
export function checkFormat(root: RootDatabase, folder: string): void {
  root.transactionSync(() => {
    const isNew = root.getKeysCount({ limit: 1 }) === 0;
    const about = root.openDB<string>({ name: 'about', encoding: 'string' });
    if (isNew) about.putSync('format', FORMAT);
    const format = about.get('format');
    if (format === FORMAT) return;
    throw new StorageFormatError(
      format === undefined
        ? `DATA_DIR ${folder} holds an LMDB database that is not sallyport's; name another folder.`
        : `DATA_DIR ${folder} is in storage format ${format}; this version of sallyport reads format ${FORMAT}.`,
    );
  });
}
