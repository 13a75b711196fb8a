import type { UnusableKey } from '../events';
import { candidateJwk, isRecord, UnusableJwk, type JwkCandidate } from './jwk';

export interface JudgedMembers {
  readonly candidates: readonly JwkCandidate[];
  readonly unusable: UnusableKey[];
  /** Not looked at. */
  readonly beyond: readonly unknown[];
}

/** Judging one costs a few microseconds, and 512 KiB may have 260 000 of them. */
const MAX_JUDGED = 1000;

/** Sorts the members of a JWK Set by all that can be told without importing a key; those beyond the first 1000 are not looked at. */
export function judged(members: readonly unknown[]): JudgedMembers {
  const shared = sharedKids(members);
  const candidates: JwkCandidate[] = [];
  const unusable: UnusableKey[] = [];
  for (const member of members.slice(0, MAX_JUDGED)) {
    const kid = kidOf(member);
    try {
      if (kid !== undefined && shared.has(kid)) throw new UnusableJwk('shares its kid with another key');
      candidates.push(candidateJwk(member));
    } catch (error) {
      unusable.push(reported(kid, error));
    }
  }
  return { candidates, unusable, beyond: members.slice(MAX_JUDGED) };
}

/** Rethrows what is no judgement. */
export function reported(kid: string | undefined, error: unknown): UnusableKey {
  if (!(error instanceof UnusableJwk)) throw error;
  return { kid, why: error.message };
}

export function kidOf(member: unknown): string | undefined {
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
