import { createHash } from 'node:crypto';

/**
 * A key for any strings. BSON has one spelling for all lone surrogates, so as they are they would be one key; JSON
 * escapes them, keeps the parts apart, and a digest of it can't be an operator either.
 */
export function digestOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
