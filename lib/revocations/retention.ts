import type { NewRevocation } from './revocation-store';
import type { RevocationTarget } from './revocations';

export interface Retention {
  readonly retentionMs: number;
  readonly toleranceMs: number;
}

/** A second for the fractions that whole seconds leave out. */
const ROUNDING_MS = 1000;

/** Milliseconds after which nothing that a subject, session or key was given is accepted any more. */
export function longestKept({ retentionMs, toleranceMs }: Retention): number {
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

function untilOf({ by, expiresAt, at = 0 }: RevocationTarget, now: number, retention: Retention): number {
  const oneToken = by === 'jti' || by === 'token';
  if (oneToken && expiresAt !== undefined) return expiresAt * 1000 + retention.toleranceMs + ROUNDING_MS;
  return Math.max(now, at) + longestKept(retention);
}
