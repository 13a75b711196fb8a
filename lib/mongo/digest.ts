import { createHash } from 'node:crypto';

/**
 * A key for any strings. BSON encodes all lone surrogates alike, so different strings could become one key; JSON escapes
 * them and separates the parts, and a digest cannot be a query operator.
 */
export function digestOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
