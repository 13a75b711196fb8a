import type { NewRevocation } from './revocation-store';
import type { RevocationTarget } from './revocations';

export interface Retention {
  readonly retentionMs: number;
  readonly toleranceMs: number;
  /** Milliseconds for which the caches of all instances keep a result. */
  readonly cacheMs: number;
}

/** One second, since times in tokens are rounded to whole seconds. */
const ROUNDING_MS = 1000;
/** A request that read the key just before its deletion caches it later, after a timeout of the store or two. */
const UNDER_WAY_MS = 30_000;

/** Milliseconds after which no credential that was issued to a subject, session or key is accepted any more. */
export function longestKept({
  retentionMs,
  toleranceMs,
}: Pick<Retention, 'retentionMs' | 'toleranceMs'>): number {
  // A token may be issued by a clock that is ahead by the tolerance, and is accepted for the tolerance after `exp`.
  return retentionMs + 2 * toleranceMs + ROUNDING_MS;
}

/** A revocation is kept for as long as a credential that it refuses could still be accepted. */
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
