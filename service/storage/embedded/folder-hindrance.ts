import { fileTrouble } from '../file-trouble';
import type { Hindrance } from '../hindrance';
import { RefusedFolderError } from './refused-folder';

/** Why a folder can't be opened. */
export function folderHindrance(error: unknown, folder: string): Hindrance {
  if (error instanceof RefusedFolderError) return { kind: 'unusable', says: error.message };
  const [kind, why] = fileTrouble(error);
  return { kind, says: `DATA_DIR ${folder} can't be used: ${why}.` };
}
