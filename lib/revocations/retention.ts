import type { NewRevocation } from './revocation-store';
import type { RevocationTarget } from './revocations';

export interface Retention {
  readonly retentionMs: number;
  readonly toleranceMs: number;
  /** How long the caches of any instance repeat an answer. */
  readonly cacheMs: number;
}

/** A second for the fractions that whole seconds leave out. */
const ROUNDING_MS = 1000;
/** A request that found the key just before it was deleted puts it into a cache later: by a store call's deadline or two. */
const UNDER_WAY_MS = 30_000;

/** Milliseconds after which nothing that a subject, session or key was given is accepted any more. */
export function longestKept({
  retentionMs,
  toleranceMs,
}: Pick<Retention, 'retentionMs' | 'toleranceMs'>): number {
  // A token may be dated a tolerance ahead of us, live for the whole time, and be accepted for a tolerance more.
  return retentionMs + 2 * toleranceMs + ROUNDING_MS;
}

/** How long a revocation has to be kept: while anything is left that it could refuse. */
export function keptFor(target: RevocationTarget, now: number, retention: Retention): NewRevocation {
  const { by, issuer, value, at } = target;
  const until = untilOf(target, now, retention);
  if (by !== 'subject') return { by, issuer, value, until };
  return { by, issuer, value, until, ...(at !== undefined && { at }) };
}

function untilOf(target: RevocationTarget, now: number, retention: Retention): number {
  const { by, expiresAt, at = 0, deleted } = target;
  const oneToken = by === 'jti' || by === 'token';
  if (oneToken && expiresAt !== undefined) return expiresAt * 1000 + retention.toleranceMs + ROUNDING_MS;
  if (deleted) return now + retention.cacheMs + UNDER_WAY_MS + 2 * retention.toleranceMs + ROUNDING_MS;
  return Math.max(now, at) + longestKept(retention);
}
