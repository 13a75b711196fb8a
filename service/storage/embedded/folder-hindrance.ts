import { fileTrouble } from '../file-trouble';
import type { Hindrance } from '../hindrance';
import { RefusedFolderError } from './refused-folder';

/** What keeps a folder from being opened. */
export function folderHindrance(error: unknown, folder: string): Hindrance {
  if (error instanceof RefusedFolderError) return { kind: 'unusable', says: error.message };
  const [kind, why] = fileTrouble(error);
  return { kind, says: `DATA_DIR ${folder} can't be used: ${why}.` };
}
