import { chmodSync, closeSync, fchmodSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RefusedFolderError } from './refused-folder';

const OWNER_ONLY = 0o600;
const GROUP_AND_OTHERS = 0o077;

/**
 * To be called before LMDB opens the files: it makes them readable by everybody whom the umask does not keep out. New
 * ones are made here, for their owner only, and those of earlier versions are closed to others.
 */
export function makePrivate(folder: string): void {
  // Windows has no such modes.
  if (process.platform === 'win32') return;
  for (const name of ['data.mdb', 'lock.mdb']) {
    const path = join(folder, name);
    if (!create(path)) closeToOthers(path);
  }
}

/** Whether there was none. Closing one that was there would end locks which this process holds on it. */
function create(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx', OWNER_ONLY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  // A umask may have taken the owner's rights too.
  fchmodSync(file, OWNER_ONLY);
  closeSync(file);
  return true;
}

function closeToOthers(path: string): void {
  const { mode, uid } = statSync(path);
  if ((mode & GROUP_AND_OTHERS) === 0) return;
  try {
    chmodSync(path, OWNER_ONLY);
  } catch (cause) {
    const rights = (mode & 0o777).toString(8);
    throw new RefusedFolderError(
      `${path} is open to other users (mode ${rights}) and belongs to user ${String(uid)}, so this process can't close it: ` +
        'make it the property of the user that runs the service, or give it mode 600.',
      { cause },
    );
  }
}
