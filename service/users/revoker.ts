import { apiKeyIdOf } from 'sallyport';
import type { ApiKeyStore, Revocations, RevocationTarget, UserStore } from 'sallyport';

export interface RevokerParts {
  readonly revocations: Pick<Revocations, 'revoke' | 'clockTolerance'>;
  readonly users: Pick<UserStore, 'find'>;
  readonly apiKeys: ApiKeyStore;
}

export interface Revoker {
  /**
   * The id of the API key that an id, or a whole key, names; undefined where this issuer's users have no such key. The
   * secret in a whole key is not compared: whoever may revoke by the id may revoke by a key that has it.
   */
  keyId(issuer: string, named: string): Promise<string | undefined>;
  /** Resolves once nothing that the targets name is accepted any more, now and later. */
  revoke(targets: readonly RevocationTarget[]): Promise<void>;
}

/** Revokes, and deletes the API keys concerned: they may outlive the revocation, which is kept for a while only. */
export function createRevoker({ revocations, users, apiKeys }: RevokerParts): Revoker {
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
      for (const { by, issuer, value, at } of targets) {
        if (by === 'key') await deleteKey(issuer, value);
        if (by === 'subject') await deleteKeys(issuer, value, at);
      }
    },
  };
}
