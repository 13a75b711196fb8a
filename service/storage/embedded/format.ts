import type { RootDatabase } from 'lmdb';

const FORMAT = '1';

/** The folder holds something that this version cannot read and must not change. */
export class StorageFormatError extends Error {
  override readonly name = 'StorageFormatError';
}

/** Reads which format a folder is in, and writes it into a new one. */
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
