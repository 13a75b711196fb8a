import type { UnusableKey } from '../events';
import { candidateJwk, isRecord, PublishedPrivateJwk, UnusableJwk, type JwkCandidate } from './jwk';

export interface JudgedMembers {
  readonly candidates: readonly JwkCandidate[];
  readonly unusable: UnusableKey[];
  /** Not looked at. */
  readonly beyond: readonly unknown[];
}

/** Judging one costs a few microseconds, and 512 KiB may have 260 000 of them. */
const MAX_JUDGED = 1000;
const DISCLOSED = 'its private key is in the set too';

/** Sorts the members of a JWK Set by all that can be told without importing a key; those beyond the first 1000 are not looked at. */
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

/** Rethrows what is no judgement. */
export function reported(kid: string | undefined, error: unknown): UnusableKey {
  if (!(error instanceof UnusableJwk)) throw error;
  return { kid, why: error.message };
}

export function kidOf(member: unknown): string | undefined {
  return isRecord(member) && typeof member['kid'] === 'string' ? member['kid'] : undefined;
}
