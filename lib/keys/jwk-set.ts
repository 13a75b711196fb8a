import type { UnusableKey } from '../events';
import { isRecord, UnusableJwk, usableJwk } from './jwk';
import type { VerificationKey } from './key-source';

/** A JWK Set after cleaning: what may verify, by kid, and what may not, with the reason. */
export interface JwkSet {
  readonly keys: ReadonlyMap<string, VerificationKey>;
  readonly unusable: readonly UnusableKey[];
}

/**
 * Cleans a JWK Set (RFC 7517 section 5); undefined when the document is none. Keys that `previous` held with the
 * same meaning keep their identity.
 */
export function readJwkSet(document: unknown, previous?: JwkSet): JwkSet | undefined {
  if (!isRecord(document) || !Array.isArray(document['keys'])) return undefined;
  const members: readonly unknown[] = document['keys'];
  const shared = sharedKids(members);
  const keys = new Map<string, VerificationKey>();
  const unusable: UnusableKey[] = [];
  for (const member of members) {
    const kid = kidOf(member);
    try {
      if (kid !== undefined && shared.has(kid)) throw new UnusableJwk('shares its kid with another key');
      const jwk = usableJwk(member);
      keys.set(jwk.kid, sameKey(previous?.keys.get(jwk.kid), Object.freeze({ kid: jwk.kid, jwk })));
    } catch (error) {
      if (!(error instanceof UnusableJwk)) throw error;
      unusable.push({ kid, why: error.message });
    }
  }
  return { keys, unusable };
}

function sameKey(previous: VerificationKey | undefined, next: VerificationKey): VerificationKey {
  // Members of a cleaned JWK always come in one order, so equal text is equal meaning.
  return previous && JSON.stringify(previous.jwk) === JSON.stringify(next.jwk) ? previous : next;
}

function kidOf(member: unknown): string | undefined {
  return isRecord(member) && typeof member['kid'] === 'string' ? member['kid'] : undefined;
}

function sharedKids(members: readonly unknown[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const kid of members.map(kidOf)) {
    if (kid === undefined) continue;
    if (seen.has(kid)) shared.add(kid);
    seen.add(kid);
  }
  return shared;
}
