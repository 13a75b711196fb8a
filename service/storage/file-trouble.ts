import { getSystemErrorName } from 'node:util';
import type { Hindrance } from './hindrance';

export type FileTrouble = readonly [kind: Hindrance['kind'], why: string];

const WORDS: Readonly<Partial<Record<string, FileTrouble>>> = {
  EACCES: ['denied', 'the user that runs this process may not read and write it'],
  EPERM: ['denied', 'the user that runs this process may not read and write it'],
  EROFS: ['denied', 'it is on a read-only file system'],
  ENOSPC: ['full', 'its disk is full'],
  EDQUOT: ['full', 'its user has no room left (quota)'],
  EFBIG: ['full', 'its user may write no file as large as that'],
  ENOTDIR: ['other', 'what it names is no folder'],
  EEXIST: ['other', 'what it names is no folder'],
};

/** Explains an error of the system on a file or folder, in words that follow a colon. */
export function fileTrouble(error: unknown): FileTrouble {
  const code = fileErrorCode(error);
  return WORDS[code ?? ''] ?? ['other', code ?? 'an error without a code'];
}

/** The system's name of the error or of its cause, such as `ENOSPC`. lmdb reports error numbers, Node names. */
export function fileErrorCode(error: unknown): string | undefined {
  return codeOf(error) ?? codeOf((error as { cause?: unknown } | undefined)?.cause);
}

function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === 'number' && code > 0) return getSystemErrorName(-code);
  // Codes of our own errors are in lower case.
  return typeof code === 'string' && /^[A-Z]/.test(code) ? code : undefined;
}
