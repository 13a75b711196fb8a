import { readlinkSync } from 'node:fs';
import { RefusedFolderError } from './refused-folder';

/**
 * Which processes this one shares its pids with, as a number; containers usually have a namespace each. Undefined where
 * all processes of a machine share theirs, as everywhere but on Linux (pid_namespaces(7)).
 */
export function pidNamespace(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  let link: string;
  try {
    link = readlinkSync('/proc/self/ns/pid');
  } catch (cause) {
    throw new RefusedFolderError(
      '/proc is not mounted, so this process can\u2019t tell who shares DATA_DIR with it: mount it, or set MONGODB_URI.',
      { cause },
    );
  }
  return /\d+/.exec(link)?.[0] ?? '0';
}
