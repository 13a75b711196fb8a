import type { Grants } from '../tokens/grants';

/** Joins the scopes of several claims in one list. A string is a space-separated list (RFC 6749 section 3.3). */
export function scopesOf(...sources: readonly Grants[]): Grants {
  return (payload) =>
    sources.flatMap((read) => {
      const granted = read(payload) ?? [];
      return typeof granted === 'string' ? granted.split(' ') : granted;
    });
}

/** The same for roles, where a string is one role. */
export function rolesOf(...sources: readonly Grants[]): Grants {
  return (payload) => sources.flatMap((read) => read(payload) ?? []);
}
