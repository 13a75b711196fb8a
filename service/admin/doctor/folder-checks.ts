import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { broken, passed, type Check } from './check';

const MIB = 2 ** 20;
const LEAST_FREE_BYTES = 256 * MIB;

export interface FolderChecks {
  /** Whether there is a store to open; a check must not create one. */
  readonly isThere: boolean;
  readonly checks: readonly Check[];
}

/** Checks access rights and free space of DATA_DIR, without changing anything there. */
export function folderChecks(folder: string): FolderChecks {
  const path = resolve(folder);
  const existing = nearest(path);
  const isThere = existsSync(join(path, 'data.mdb'));
  const rights = rightsCheck(path, existing, isThere);
  return { isThere, checks: [rights, spaceCheck(existing)] };
}

function rightsCheck(path: string, existing: string, isThere: boolean): Check {
  const user = String(process.getuid?.() ?? 'this one');
  try {
    if (!statSync(existing).isDirectory()) {
      return broken(
        'folder',
        `DATA_DIR cannot be used, since ${existing} is not a folder`,
        'remove it, or name another folder',
      );
    }
    accessSync(existing, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return broken(
      'folder',
      `User ${user} may not read and write ${existing}`,
      `give it to that user: chown ${user} ${existing}`,
    );
  }
  if (!isThere) return passed('folder', `DATA_DIR ${path} has no store yet; the first start makes one`);
  const owner = statSync(join(path, 'data.mdb')).uid;
  if (process.getuid && owner !== process.getuid()) {
    return broken(
      'folder',
      `The store belongs to user ${String(owner)}, and this is user ${user}`,
      'run this as that user',
    );
  }
  return passed('folder', `DATA_DIR ${path} belongs to this user, who may read and write it`);
}

function spaceCheck(existing: string): Check {
  const { bavail, bsize } = statfsSync(existing);
  const free = `${String(Math.floor((bavail * bsize) / MIB))} MiB`;
  if (bavail * bsize >= LEAST_FREE_BYTES) return passed('disk', `The disk of DATA_DIR has ${free} free`);
  return broken(
    'disk',
    `The disk of DATA_DIR has only ${free} free`,
    'free some space; the store then continues without a restart',
  );
}

/** The folder, or its nearest existing parent. */
function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path));
}
