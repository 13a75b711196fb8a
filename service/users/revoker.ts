import { apiKeyIdOf } from 'sallyport';
import type { ApiKeyStore, Revocations, RevocationTarget, UserStore } from 'sallyport';

export interface RevokerParts {
  readonly revocations: Pick<Revocations, 'revoke'>;
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
  async function deleteKey(issuer: string, id: string): Promise<void> {
    const record = await apiKeys.find(id);
    if (record?.issuer === issuer) await apiKeys.delete(record.userId, id);
  }

  async function deleteKeys(issuer: string, subject: string): Promise<void> {
    const user = await users.find({ issuer, subject });
    if (user) await apiKeys.deleteAll(user.id);
  }

  return {
    async keyId(issuer, named) {
      const record = await apiKeys.find(apiKeyIdOf(named) ?? named);
      return record?.issuer === issuer ? record.id : undefined;
    },
    async revoke(targets) {
      await revocations.revoke(targets.map((target) => ({ ...target, deleted: target.by === 'key' })));
      for (const { by, issuer, value } of targets) {
        if (by === 'key') await deleteKey(issuer, value);
        if (by === 'subject') await deleteKeys(issuer, value);
      }
    },
  };
}
