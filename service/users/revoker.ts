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
   * The id of the API key that an id, or a whole key, names; undefined where this issuer's users have no such key. The
   * secret in a whole key is not compared: whoever may revoke by the id may revoke by a key that has it.
   */
  keyId(issuer: string, named: string): Promise<string | undefined>;
  /** Resolves once nothing that the targets name is accepted any more, now and later. */
  revoke(targets: readonly RevocationTarget[]): Promise<void>;
  /** Resolves once no sweep is due any more: for a process that would end before. */
  swept(): Promise<void>;
  stop(): void;
}

/**
 * Revokes, and deletes the API keys concerned: they may outlive the revocation, which is kept for a while only. What an
 * instance that had not read the revocation yet has let a user's tokens make is swept up later.
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
   * With `at`, those that the revocation refuses: a signal may come late, and its user have made keys since with a new
   * token. One that was made since with an old token, as a thief might, is refused and goes too.
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
      // Not the time of the sweep: who has come back since is left alone.
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
