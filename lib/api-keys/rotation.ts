import type { User } from '../auth';
import { InternalError, InvalidRequestError } from '../errors';
import type { ApiKeyRecord, ApiKeyStore } from './api-key-store';
import type { ApiKeyWish, Held, IssueOutcome } from './wishes';

export interface RotationWish {
  /** Milliseconds since the epoch: until then the old key is good beside the new one, or until its own end. Default: 24 hours. */
  readonly until?: number;
  /**
   * When the caller's token was issued (`iat`), in milliseconds since the epoch, as in the wish of `issue`: what refuses that
   * token refuses the new key. Default: what is known of the old key.
   */
  readonly grantedAt?: number;
}

export type RotateOutcome =
  | {
      readonly outcome: 'rotated';
      readonly key: string;
      readonly record: ApiKeyRecord;
      /** Of the old key, milliseconds since the epoch. */
      readonly previousExpiresAt: number;
    }
  | { readonly outcome: 'limit' }
  /** The user has no such key, or it has ended, or was rotated before. */
  | { readonly outcome: 'missing' };

type HeldScopes = readonly string[] | Held;

interface RotationParts {
  readonly store: ApiKeyStore;
  readonly issue: (user: User, wish: ApiKeyWish, held: HeldScopes) => Promise<IssueOutcome>;
  /** Milliseconds that a key like this may live. */
  readonly maxLifetime: (key: ApiKeyRecord) => number;
  readonly now: () => number;
}

const ROTATION_MS = 86_400_000;

/** The new key first: should a process die before the old one is retired, that one is as good as it was. */
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
    const expiresAt = end === undefined ? null : time + Math.min(end - createdAt, maxLifetime(old));
    // A revocation that refuses the old key, or the caller's token, refuses the new key as well, also where it comes late.
    const grantedAt = Math.min(old.grantedAt ?? createdAt, callers);
    const issued = await issue(user, { ...old, grantedAt, expiresAt }, held);
    if (issued.outcome === 'limit') return issued;
    const { key, record } = issued;
    if (await retired(store, user.id, id, record.id, until))
      return { outcome: 'rotated', key, record, previousExpiresAt: Math.min(end ?? Infinity, until) };
    // Another rotation came first, or the key was deleted; nobody has seen the new one.
    await store.delete(user.id, record.id);
    return { outcome: 'missing' };
  };
}

/**
 * A store may have retired the key although its answer was lost or late: then the key would be spent and its successor seen by
 * nobody. Where that can't be read either, the new key stays, for the old one may name it.
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
