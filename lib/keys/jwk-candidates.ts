import type { UnusableKey } from '../events';
import { candidateJwk, isRecord, PublishedPrivateJwk, UnusableJwk, type JwkCandidate } from './jwk';

export interface JudgedMembers {
  readonly candidates: readonly JwkCandidate[];
  readonly unusable: UnusableKey[];
  /** Members that were not checked. */
  readonly beyond: readonly unknown[];
}

/** Checking one takes a few microseconds, and 512 KiB may have 260 000 of them. */
const MAX_JUDGED = 1000;
const DISCLOSED = 'its private key is in the set too';

/** Checks the first 1000 members of a JWK Set as far as possible without importing a key, and the others not at all. */
export function judged(members: readonly unknown[]): JudgedMembers {
  const candidates: JwkCandidate[] = [];
  const unusable: UnusableKey[] = [];
  const published = new Set<string>();
  for (const member of members.slice(0, MAX_JUDGED)) {
    try {
      candidates.push(candidateJwk(member));
    } catch (error) {
      if (error instanceof PublishedPrivateJwk) published.add(JSON.stringify(error.publicHalf));
      unusable.push(reported(kidOf(member), error));
    }
  }
  const isDisclosed = ({ parameters }: JwkCandidate): boolean => published.has(JSON.stringify(parameters));
  for (const { kid } of candidates.filter(isDisclosed)) unusable.push({ kid, why: DISCLOSED });
  return {
    candidates: candidates.filter((candidate) => !isDisclosed(candidate)),
    unusable,
    beyond: members.slice(MAX_JUDGED),
  };
}

/** Throws any error but `UnusableJwk` again. */
export function reported(kid: string | undefined, error: unknown): UnusableKey {
  if (!(error instanceof UnusableJwk)) throw error;
  return { kid, why: error.message };
}

export function kidOf(member: unknown): string | undefined {
  return isRecord(member) && typeof member['kid'] === 'string' ? member['kid'] : undefined;
}
