import { readlinkSync } from 'node:fs';
import { RefusedFolderError } from './refused-folder';

/**
 * The pid namespace of this process, as a number (pid_namespaces(7)); containers usually have one each. Undefined on
 * systems other than Linux, where all processes share one.
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
