import { getSystemErrorName } from 'node:util';
import type { Hindrance } from '../hindrance';
import { RefusedFolderError } from './refused-folder';

const WORDS: Readonly<Partial<Record<string, readonly [Hindrance['kind'], string]>>> = {
  EACCES: ['denied', 'the user that runs this process may not read and write it'],
  EPERM: ['denied', 'the user that runs this process may not read and write it'],
  EROFS: ['denied', 'it is on a read-only file system'],
  ENOSPC: ['full', 'its disk is full'],
  EDQUOT: ['full', 'its user has no room left (quota)'],
  EFBIG: ['full', 'its user may write no file as large as that'],
  ENOTDIR: ['other', 'what it names is no folder'],
  EEXIST: ['other', 'what it names is no folder'],
};

/** What keeps a folder from being opened. */
export function folderHindrance(error: unknown, folder: string): Hindrance {
  if (error instanceof RefusedFolderError) return { kind: 'unusable', says: error.message };
  const code = codeOf(error) ?? codeOf((error as { cause?: unknown }).cause);
  const [kind, why] = WORDS[code ?? ''] ?? ['other', code ?? 'an error without a code'];
  return { kind, says: `DATA_DIR ${folder} can't be used: ${why}.` };
}

/** lmdb gives numbers of the system, Node names. */
function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === 'number' && code > 0) return getSystemErrorName(-code);
  return typeof code === 'string' ? code : undefined;
}
