import { chmodSync, closeSync, fchmodSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RefusedFolderError } from './refused-folder';

const OWNER_ONLY = 0o600;
const GROUP_AND_OTHERS = 0o077;

/**
 * Call it before LMDB opens the files: LMDB creates them readable by everybody whom the umask does not exclude. Creates
 * new files with mode 600, and corrects the mode of existing ones.
 */
export function makePrivate(folder: string): void {
  // Windows has no such modes.
  if (process.platform === 'win32') return;
  for (const name of ['data.mdb', 'lock.mdb']) {
    const path = join(folder, name);
    if (!create(path)) closeToOthers(path);
  }
}

/**
 * Creates the file; false if it exists. An existing file is not opened: closing it would release the locks of this
 * process.
 */
function create(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx', OWNER_ONLY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  // The umask may have removed the owner's rights as well.
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
