import { randomBytes, randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { pidNamespace } from './pid-namespace';
import { RefusedFolderError } from './refused-folder';
import { isAnswered, listenIn, removeQuietly, type Sign } from './sign';

/** `.in-use-<pid namespace>-<process>`. */
const SIGN_NAME = /^\.in-use-(\d+)-[0-9a-f]{16}$/;

const ATTEMPTS = 5;
const MAX_PAUSE_MS = 250;

/**
 * Claims a folder for the processes of one pid namespace. LMDB identifies the holder of a lock by its pid: two
 * containers whose processes both have pid 1 take each other's locks for their own, and wait without end. Each process
 * first creates a marker (`Sign`) and then looks for markers of other namespaces, so of two that start at once at least
 * one sees the other. If both do, both remove theirs and try again after a random pause, up to 5 times. Rejects with
 * `RefusedFolderError`.
 */
export async function claimFolder(folder: string, namespace = pidNamespace()): Promise<Sign> {
  if (namespace === undefined) return { takeDown: () => undefined };
  for (let attempt = 1; ; attempt += 1) {
    const sign = await listenIn(folder, `.in-use-${namespace}-${randomBytes(8).toString('hex')}`);
    const isAlone = await isOnlyUsedBy(namespace, folder).catch((error: unknown) => {
      sign.takeDown();
      throw error;
    });
    if (isAlone) return sign;
    sign.takeDown();
    if (attempt === ATTEMPTS) break;
    await delay(randomInt(MAX_PAUSE_MS));
  }
  throw new RefusedFolderError(
    `DATA_DIR ${folder} is in use by a process of another container (another pid namespace), and LMDB's locks don't ` +
      'hold between the two: give each container a folder of its own, or set MONGODB_URI to run several.',
  );
}

/** Also removes markers of processes that ended without removing them. */
async function isOnlyUsedBy(namespace: string, folder: string): Promise<boolean> {
  for (const name of readdirSync(folder)) {
    const owner = SIGN_NAME.exec(name)?.[1];
    if (owner === undefined) continue;
    if (!(await isAnswered(folder, name))) removeQuietly(folder, name);
    else if (owner !== namespace) return false;
  }
  return true;
}
