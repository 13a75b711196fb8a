import { createHash } from 'node:crypto';

/**
 * A key for any strings, however long or odd: LMDB's keys are bounded and know no NUL. JSON keeps the parts apart and
 * lone surrogates too, which UTF-8 has no bytes for.
 */
export function digestOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
