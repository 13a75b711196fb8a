import type { ApiKeyRecord, ApiKeyStore } from 'sallyport';
import type { Environment, Tables } from './environment';
import { digestOf } from './keys';

/** API keys by id, and an index of each user's keys by age. */
export function embeddedApiKeys(environment: Environment): ApiKeyStore {
  return {
    add: (record, limit) =>
      environment.write((tables) => {
        if (tables.apiKeysByUser.getKeysCount(allOf(record.userId)) >= limit) return 'limit';
        write(tables, record);
        tables.apiKeysByUser.putSync(indexKey(record), record.id);
        return 'added';
      }),
    find: (id) => environment.read((tables) => read(tables, id)),
    list: (userId) => environment.read((tables) => ofUser(tables, userId)),
    delete: (userId, id) =>
      environment.write((tables) => {
        const record = read(tables, id);
        return record?.userId === userId && remove(tables, record);
      }),
    deleteAll: (userId) =>
      environment.write((tables) => {
        const records = ofUser(tables, userId);
        for (const record of records) remove(tables, record);
        return records.length;
      }),
    retire: (userId, id, replacedBy, until) =>
      environment.write((tables) => {
        const record = read(tables, id);
        if (record?.userId !== userId || record.replacedBy !== undefined) return false;
        write(tables, { ...record, replacedBy, expiresAt: Math.min(record.expiresAt ?? Infinity, until) });
        return true;
      }),
    noteUse: (id, at) =>
      environment.write((tables) => {
        const record = read(tables, id);
        if (record && at > (record.lastUsedAt ?? 0)) write(tables, { ...record, lastUsedAt: at });
      }),
  };
}

function allOf(userId: string): { start: string[]; end: (string | number)[] } {
  return { start: [userId], end: [userId, Infinity] };
}

export function indexKey({ userId, createdAt, id }: ApiKeyRecord): [string, number, string] {
  return [userId, createdAt, digestOf(id)];
}

function ofUser(tables: Tables, userId: string): ApiKeyRecord[] {
  const ids = [...tables.apiKeysByUser.getRange(allOf(userId))].map(({ value }) => value);
  return ids.flatMap((id) => read(tables, id) ?? []);
}

function read(tables: Tables, id: string): ApiKeyRecord | undefined {
  return readAt(tables, digestOf(id));
}

export function readAt({ apiKeys }: Tables, key: string): ApiKeyRecord | undefined {
  const text = apiKeys.get(key);
  if (text === undefined) return undefined;
  const { addresses, expiresAt, lastUsedAt, scopes, ...rest } = JSON.parse(text) as ApiKeyRecord;
  return Object.freeze({
    ...rest,
    scopes: Object.freeze(scopes),
    ...(addresses && { addresses: Object.freeze(addresses) }),
    // JSON omits undefined members.
    ...{ expiresAt, lastUsedAt },
  });
}

export function write({ apiKeys }: Tables, record: ApiKeyRecord): void {
  apiKeys.putSync(digestOf(record.id), JSON.stringify(record));
}

function remove({ apiKeys, apiKeysByUser }: Tables, record: ApiKeyRecord): boolean {
  apiKeysByUser.removeSync(indexKey(record));
  return apiKeys.removeSync(digestOf(record.id));
}
