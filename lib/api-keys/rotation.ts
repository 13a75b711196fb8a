import type { User } from '../auth';
import { InternalError, InvalidRequestError } from '../errors';
import type { ApiKeyRecord, ApiKeyStore } from './api-key-store';
import type { ApiKeyWish, Held, IssueOutcome } from './wishes';

export interface RotationWish {
  /** The old key is valid until then, or until its own expiry. Milliseconds since the epoch. Default: in 24 hours. */
  readonly until?: number;
  /**
   * When the caller's token was issued (`iat`), in milliseconds since the epoch, as for `issue`: a revocation that
   * refuses the token, or the old key, also refuses the new key. Default: the value of the old key.
   */
  readonly grantedAt?: number;
}

export type RotateOutcome =
  | {
      readonly outcome: 'rotated';
      readonly key: string;
      readonly record: ApiKeyRecord;
      /** When the old key expires, in milliseconds since the epoch. */
      readonly previousExpiresAt: number;
    }
  | { readonly outcome: 'limit' }
  /** The user has no such key, or it has expired or was rotated before. */
  | { readonly outcome: 'missing' };

type HeldScopes = readonly string[] | Held;

interface RotationParts {
  readonly store: ApiKeyStore;
  readonly issue: (user: User, wish: ApiKeyWish, held: HeldScopes) => Promise<IssueOutcome>;
  /** Maximum lifetime of such a key, in milliseconds. */
  readonly maxLifetime: (key: ApiKeyRecord) => number;
  readonly now: () => number;
}

const ROTATION_MS = 86_400_000;

/** Adds the new key first: if the process ends before the old key is retired, the old key is still valid. */
export function rotation({ store, issue, maxLifetime, now }: RotationParts) {
  return async function rotate(
    user: User,
    id: string,
    { until = now() + ROTATION_MS, grantedAt: callers = Infinity }: RotationWish,
    held: HeldScopes,
  ): Promise<RotateOutcome> {
    const time = now();
    if (!(until > time))
      throw new InvalidRequestError('The time until which the old key is good has passed.');
    const old = await store.find(id);
    if (old?.userId !== user.id || old.replacedBy !== undefined) return { outcome: 'missing' };
    const { expiresAt: end, createdAt } = old;
    if (end !== undefined && end <= time) return { outcome: 'missing' };
    if (!store.retire) throw new InternalError({ cause: new Error('the store of API keys has no retire') });
    const lifetime = Math.min((end ?? Infinity) - createdAt, maxLifetime(old));
    const expiresAt = lifetime === Infinity ? null : time + lifetime;
    // A revocation that refuses the old key, or the caller's token, also refuses the new key, even if it comes later.
    const grantedAt = Math.min(old.grantedAt ?? createdAt, callers);
    const issued = await issue(user, { ...old, grantedAt, expiresAt }, held);
    if (issued.outcome === 'limit') return issued;
    const { key, record } = issued;
    if (await retired(store, user.id, id, record.id, until))
      return { outcome: 'rotated', key, record, previousExpiresAt: Math.min(end ?? Infinity, until) };
    // A concurrent rotation was first, or the key was deleted; the new key has not been shown to anybody.
    await store.delete(user.id, record.id);
    return { outcome: 'missing' };
  };
}

/**
 * The store may have retired the key although the call failed or timed out: the new key is then the only one left, and
 * must be returned. If that cannot be read either, the new key is kept, since the old one may name it.
 */
async function retired(
  store: ApiKeyStore,
  userId: string,
  id: string,
  newId: string,
  until: number,
): Promise<boolean | undefined> {
  try {
    return await store.retire?.(userId, id, newId, until);
  } catch (error) {
    const old = await store.find(id).catch(() => {
      throw error;
    });
    if (old?.replacedBy === newId) return true;
    if (!old || old.replacedBy !== undefined) return false;
    await store.delete(userId, newId).catch(() => undefined);
    throw error;
  }
}
