import type { JwtPayload } from '../auth';

const NONE: readonly string[] = Object.freeze([]);

/**
 * The scopes a token grants: `scope` (RFC 8693 section 4.2) and `scp`, as a space-separated string or an array.
 * Undefined if a claim has another type: the token is then refused, and not accepted without scopes.
 */
export function readScopes(payload: JwtPayload): readonly string[] | undefined {
  const { scope, scp } = payload;
  if (isAbsent(scope) && isAbsent(scp)) return NONE;
  const scopes = new Set<string>();
  for (const claim of [scope, scp]) {
    if (isAbsent(claim)) continue;
    const members: unknown = typeof claim === 'string' ? claim.split(' ').filter(Boolean) : claim;
    if (!Array.isArray(members) || !members.every(isScope)) return undefined;
    members.forEach((member) => scopes.add(member));
  }
  return [...scopes];
}

/** Some issuers write null for an empty list. */
function isAbsent(claim: unknown): boolean {
  return claim === undefined || claim === null;
}

/** scope-token of RFC 6749 section 3.3. */
function isScope(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value);
}
