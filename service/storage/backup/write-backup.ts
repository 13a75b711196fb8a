import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Archive } from '../archive';
import { fileErrorCode, fileTrouble } from '../file-trouble';
import { KINDS, type Counts, type Kind } from '../kinds';
import { everyThousand } from '../progress';
import { storeFailure } from '../store-failure';
import { BackupError } from './backup-error';
import { FORMAT, NONE, type Foot, type Head } from './entry';

export interface WriteBackupOptions {
  readonly archive: Archive;
  /** Must not exist yet. Created once the backup is complete, readable by its owner only. */
  readonly file: string;
  readonly onProgress: (kind: Kind, count: number) => void;
}

/** Rejects with a `BackupError` or an `UnusableStoreError`; no file is left then. */
export async function writeBackup({ archive, file, onProgress }: WriteBackupOptions): Promise<Counts> {
  const path = resolve(file);
  if (existsSync(path))
    throw new BackupError(`${path} is there already, and is left as it is: name another file.`);
  const partial = `${path}.${randomBytes(4).toString('hex')}.partial`;
  const counts = { ...NONE };
  try {
    const lines = backupLines(archive, counts, onProgress);
    await pipeline(
      Readable.from(lines),
      createGzip(),
      createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true }),
    );
    await rename(partial, path);
    await flushFolder(dirname(path));
  } catch (error) {
    await rm(partial, { force: true });
    throw isOfFile(error) ? refused(path, error) : storeFailure(error, 'Nothing was written.');
  }
  return counts;
}

async function* backupLines(
  archive: Archive,
  counts: Record<Kind, number>,
  onProgress: WriteBackupOptions['onProgress'],
): AsyncGenerator<string> {
  const sum = createHash('sha256');
  const line = (value: unknown): string => {
    const text = `${JSON.stringify(value)}\n`;
    sum.update(text);
    return text;
  };
  const takenAt = new Date().toISOString();
  yield line({ sallyport: 'backup', format: FORMAT, takenAt } satisfies Head);
  for (const kind of KINDS) {
    const progress = everyThousand((count) => {
      onProgress(kind, count);
    });
    for await (const entries of archive[kind].read()) {
      for (const entry of entries) yield line([kind, entry]);
      counts[kind] += entries.length;
      progress(counts[kind]);
    }
  }
  const foot: Foot = { end: counts, sha256: sum.digest('hex') };
  yield `${JSON.stringify(foot)}\n`;
}

/** Otherwise a crash of the machine could undo the rename. */
async function flushFolder(folder: string): Promise<void> {
  // Windows cannot open folders.
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** System calls on files. An error of a network call is the store's. */
const FILE_CALLS: readonly unknown[] = ['open', 'write', 'close', 'fsync', 'rename'];

function isOfFile(error: unknown): boolean {
  return FILE_CALLS.includes((error as NodeJS.ErrnoException).syscall);
}

function refused(path: string, error: unknown): BackupError {
  const [, why] = fileErrorCode(error) === 'ENOENT' ? ['', 'its folder is not there'] : fileTrouble(error);
  return new BackupError(`The backup can't be written to ${path}: ${why}. Nothing is left of it there.`, {
    cause: error,
  });
}
