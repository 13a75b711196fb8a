import { apiKeyIdOf } from 'sallyport';
import type { ApiKeyStore, Revocations, RevocationTarget, UserStore } from 'sallyport';
import type { Logger } from '../ops/logger';
import { sweepsLater } from './sweeps-later';

export interface RevokerParts {
  readonly revocations: Pick<Revocations, 'revoke' | 'clockTolerance'>;
  readonly users: Pick<UserStore, 'find'>;
  readonly apiKeys: ApiKeyStore;
  readonly logger: Logger;
}

export interface Revoker {
  /**
   * The id of an API key by its id or by the whole key; undefined if the users of this issuer have no such key. The
   * secret of a whole key is not checked: callers who may revoke by id need not know it.
   */
  keyId(issuer: string, named: string): Promise<string | undefined>;
  /** Resolves once nothing that the targets name is accepted any more, now and later. */
  revoke(targets: readonly RevocationTarget[]): Promise<void>;
  /** Resolves once no sweep is pending, for a process that would otherwise exit before. */
  swept(): Promise<void>;
  stop(): void;
}

/**
 * Revokes targets, and deletes their API keys, since a key may be valid for longer than the revocation is kept. Keys
 * that were created by an instance that had not read the revocation yet are deleted by a sweep a minute later.
 */
export function createRevoker({ revocations, users, apiKeys, logger }: RevokerParts): Revoker {
  const sweeps = sweepsLater((error) => {
    logger.warn({ err: error }, 'sweeping behind a revocation failed and is tried again');
  });
  const toleranceMs = revocations.clockTolerance * 1000;

  async function deleteKey(issuer: string, id: string): Promise<void> {
    const record = await apiKeys.find(id);
    if (record?.issuer === issuer) await apiKeys.delete(record.userId, id);
  }

  /**
   * With `at`, deletes only keys that the revocation refuses: a signal may arrive late, and the user may have created
   * keys with a newer token since. A key created since with an older token, as by a thief, is refused and deleted.
   */
  async function deleteKeys(issuer: string, subject: string, at: number | undefined): Promise<void> {
    const user = await users.find({ issuer, subject });
    if (!user) return;
    if (at === undefined) {
      await apiKeys.deleteAll(user.id);
      return;
    }
    const refused = (await apiKeys.list(user.id)).filter(({ createdAt, grantedAt = createdAt }) => {
      return grantedAt <= at + toleranceMs;
    });
    for (const { id } of refused) await apiKeys.delete(user.id, id);
  }

  return {
    async keyId(issuer, named) {
      const record = await apiKeys.find(apiKeyIdOf(named) ?? named);
      return record?.issuer === issuer ? record.id : undefined;
    },
    async revoke(targets) {
      await revocations.revoke(targets.map((target) => ({ ...target, deleted: target.by === 'key' })));
      // Not the time of the sweep, so that a user who has signed in again is not affected.
      const now = Date.now();
      for (const { by, issuer, value, at } of targets) {
        if (by === 'key') await deleteKey(issuer, value);
        if (by === 'subject') {
          sweeps.later(() => deleteKeys(issuer, value, at ?? now));
          await deleteKeys(issuer, value, at);
        }
      }
    },
    swept: () => sweeps.done(),
    stop: () => {
      sweeps.stop();
    },
  };
}
