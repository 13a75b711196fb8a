import type { Identity } from './auth';

/** A string that is different for any two identities: JSON escapes quotes and lone surrogates. */
export function identityKey({ issuer, subject }: Identity): string {
  return JSON.stringify([issuer, subject]);
}
