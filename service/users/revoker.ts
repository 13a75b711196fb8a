import type { ApiKeyStore, Revocations, RevocationTarget, UserStore } from 'sallyport';

export interface RevokerParts {
  readonly revocations: Pick<Revocations, 'revoke'>;
  readonly users: Pick<UserStore, 'find'>;
  readonly apiKeys: ApiKeyStore;
}

export interface Revoker {
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
    async revoke(targets) {
      await revocations.revoke(targets);
      for (const { by, issuer, value } of targets) {
        if (by === 'key') await deleteKey(issuer, value);
        if (by === 'subject') await deleteKeys(issuer, value);
      }
    },
  };
}
