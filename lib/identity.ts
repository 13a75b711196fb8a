import type { Identity } from './auth';

/** A key that no two identities share: JSON escapes what could blur the border, lone surrogates too. */
export function identityKey({ issuer, subject }: Identity): string {
  return JSON.stringify([issuer, subject]);
}
