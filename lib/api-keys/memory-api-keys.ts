import type { ApiKeyRecord, ApiKeyStore } from './api-key-store';

/**
 * Keeps API keys in the memory of this process: for tests, and for hosts that may lose all keys when it ends.
 *
 * @example
 * sallyport({ issuer, audience, users, apiKeys: memoryApiKeys() });
 */
export function memoryApiKeys(): ApiKeyStore {
  const records = new Map<string, ApiKeyRecord>();
  const ofUser = (userId: string) => [...records.values()].filter((record) => record.userId === userId);

  return {
    async add(record, limit) {
      if (ofUser(record.userId).length >= limit) return Promise.resolve('limit');
      records.set(record.id, frozen(record));
      return Promise.resolve('added');
    },
    async find(id) {
      return Promise.resolve(records.get(id));
    },
    async list(userId) {
      return Promise.resolve(ofUser(userId).sort((a, b) => a.createdAt - b.createdAt));
    },
    async delete(userId, id) {
      return Promise.resolve(records.get(id)?.userId === userId && records.delete(id));
    },
    async deleteAll(userId) {
      const own = ofUser(userId);
      for (const { id } of own) records.delete(id);
      return Promise.resolve(own.length);
    },
    async retire(userId, id, replacedBy, until) {
      const record = records.get(id);
      if (record?.userId !== userId || record.replacedBy !== undefined) return Promise.resolve(false);
      const expiresAt = Math.min(record.expiresAt ?? Infinity, until);
      records.set(id, Object.freeze({ ...record, replacedBy, expiresAt }));
      return Promise.resolve(true);
    },
    async noteUse(id, at) {
      const record = records.get(id);
      if (record && at > (record.lastUsedAt ?? 0))
        records.set(id, Object.freeze({ ...record, lastUsedAt: at }));
      return Promise.resolve();
    },
  };
}

function frozen({ addresses, scopes, ...record }: ApiKeyRecord): ApiKeyRecord {
  return Object.freeze({
    ...record,
    scopes: Object.freeze([...scopes]),
    ...(addresses && { addresses: Object.freeze([...addresses]) }),
  });
}
