import type { Identity, User } from '../auth';
import { InvalidTokenError } from '../errors';
import type { Profile, Tombstone } from './user-store';

/**
 * Everything that is stored for one identity, living or erased, as plain JSON. With the functions below, any store that
 * can read, change and write one value atomically becomes a `UserStore`.
 */
export interface UserRecord {
  readonly living?: User;
  /** The `updatedAt` of the last `fill`, in milliseconds since the epoch. */
  readonly filledAt?: number;
  /** Oldest first; `withTombstone` drops the oldest above a limit of 20. */
  readonly tombstones: readonly Tombstone[];
}

/**
 * Tombstones kept for one identity. The latest refuses credentials that were issued before it; each of the others names
 * an id whose rows are deleted soon after the erasure, long before this many more erasures.
 */
const MAX_TOMBSTONES = 20;

export const NOBODY: UserRecord = Object.freeze({ tombstones: Object.freeze([]) });

/**
 * Refuses a credential issued before the last erasure, whether or not the user has come back since.
 *
 * @throws {InvalidTokenError} 401, for a credential that was issued before the user was erased.
 */
export function refuseErased(
  { tombstones }: UserRecord,
  { issuer, subject }: Identity,
  issuedAt = Infinity,
): void {
  const erasedAt = tombstones.at(-1)?.erasedAt ?? -Infinity;
  if (issuedAt > erasedAt) return;
  throw new InvalidTokenError('revoked', 'The credential was revoked.', { proven: { issuer, subject } });
}

/** A user who is new, or comes back after an erasure, gets `id`; an existing user keeps theirs. */
export function withLiving(
  record: UserRecord,
  { issuer, subject }: Identity,
  id: string,
  now: number,
): UserRecord & { readonly living: User } {
  if (record.living) return { ...record, living: record.living };
  const living = Object.freeze({ id, issuer, subject, createdAt: new Date(now).toISOString() });
  return { living, tombstones: record.tombstones };
}

/** The record with the new profile, or the reason why it is unchanged. */
export function withProfile(
  record: UserRecord,
  identity: Identity,
  profile: Profile,
  updatedAt: number,
  fresh: { readonly id: string; readonly now: number },
): UserRecord | 'stale' | 'erased' {
  if (!record.living && record.tombstones.length > 0) return 'erased';
  // A webhook from before the erasure would restore what was erased.
  const notBefore = record.filledAt ?? record.tombstones.at(-1)?.erasedAt ?? -Infinity;
  if (updatedAt <= notBefore) return 'stale';
  const { living, tombstones } = withLiving(record, identity, fresh.id, fresh.now);
  const { id, issuer, subject, createdAt } = living;
  const filled = Object.freeze({
    id,
    issuer,
    subject,
    ...(profile.email !== undefined && { email: profile.email }),
    ...(profile.name !== undefined && { name: profile.name }),
    createdAt,
  });
  return { living: filled, filledAt: updatedAt, tombstones };
}

/** The record after an erasure; unchanged if the user is erased already. */
export function withTombstone(record: UserRecord, identity: Identity, erasedAt: number): UserRecord {
  if (!record.living && record.tombstones.length > 0) return record;
  const { issuer, subject } = identity;
  const tombstone = Object.freeze({ issuer, subject, userId: record.living?.id, erasedAt });
  const earlier = record.tombstones.slice(1 - MAX_TOMBSTONES);
  const tombstones = [...earlier, tombstone].sort((a, b) => a.erasedAt - b.erasedAt);
  return { tombstones: Object.freeze(tombstones) };
}
