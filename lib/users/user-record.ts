import type { Identity, User } from '../auth';
import { InvalidTokenError } from '../errors';
import type { Profile, Tombstone } from './user-store';

/**
 * All that is known of one identity, living or erased: plain JSON. A store that can read, change and write one value
 * atomically becomes a `UserStore` with the functions below.
 */
export interface UserRecord {
  readonly living?: User;
  /** When the profile was last filled, in milliseconds. */
  readonly filledAt?: number;
  /** Oldest first; `withTombstone` lets the oldest go once there are many. */
  readonly tombstones: readonly Tombstone[];
}

/**
 * Tombstones kept of one identity. The latest refuses what was issued before it; each of the others names an id whose
 * rows are swept soon after, and by the time that this many follow one it has long been swept.
 */
const MAX_TOMBSTONES = 20;

export const NOBODY: UserRecord = Object.freeze({ tombstones: Object.freeze([]) });

/**
 * Refuses a proof from before the last erasure, whether or not the user came back since.
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

/** Whoever is new, or comes back after an erasure, gets `id`; a user who lives keeps theirs. */
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

/** The record with the profile in it, or why it stays as it was. */
export function withProfile(
  record: UserRecord,
  identity: Identity,
  profile: Profile,
  updatedAt: number,
  fresh: { readonly id: string; readonly now: number },
): UserRecord | 'stale' | 'erased' {
  if (!record.living && record.tombstones.length > 0) return 'erased';
  // A webhook from before the erasure would bring back what was erased.
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

/** The record after an erasure; the same record when nobody is left to erase. */
export function withTombstone(record: UserRecord, identity: Identity, erasedAt: number): UserRecord {
  if (!record.living && record.tombstones.length > 0) return record;
  const { issuer, subject } = identity;
  const tombstone = Object.freeze({ issuer, subject, userId: record.living?.id, erasedAt });
  const earlier = record.tombstones.slice(1 - MAX_TOMBSTONES);
  const tombstones = [...earlier, tombstone].sort((a, b) => a.erasedAt - b.erasedAt);
  return { tombstones: Object.freeze(tombstones) };
}
