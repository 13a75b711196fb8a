import { createHash } from 'node:crypto';

/**
 * A key for strings of any length and content: LMDB's keys have a maximum length and cannot contain NUL. JSON separates
 * the parts and keeps lone surrogates, which UTF-8 cannot encode.
 */
export function digestOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
