import type { Connection, mongo } from 'mongoose';
import type { ApiKeyRecord } from '../api-keys/api-key-store';
import { refuseUnknown } from '../options';
import { API_KEYS, type ApiKeysDocument, recordOf as keyRecordOf, storedKeyOf } from './api-keys';
import { digestOf } from './digest';
import { type Documents, documents } from './documents';
import type { Shelf, UserEntry } from './shelf';
import { isDuplicateKey } from './upsert';
import { documentOf, recordOf, type UserDocument, userKey, USERS } from './user-document';

export interface MongoShelves {
  readonly users: Shelf<UserEntry>;
  readonly apiKeys: Shelf<ApiKeyRecord>;
}

/**
 * Direct access to the users and API keys of `mongoStores` with the same prefix, for migrating from or to another store.
 *
 * @throws {TypeError} when it is called, for an unknown option or an unusable connection.
 */
export function mongoShelves(
  connection: Connection,
  options: { readonly prefix?: string } = {},
): MongoShelves {
  refuseUnknown('mongoShelves', options, ['prefix']);
  const { prefix = 'sallyport_' } = options;
  return {
    users: userShelf(documents<UserDocument>(connection, prefix, USERS)),
    apiKeys: apiKeyShelf(documents<ApiKeysDocument>(connection, prefix, API_KEYS)),
  };
}

const AT_A_TIME = 200;

function userShelf(users: Documents<UserDocument>): Shelf<UserEntry> {
  const entryOf = (document: UserDocument): UserEntry => {
    const [issuer, subject] = JSON.parse(document.identity) as [string, string];
    return { issuer, subject, record: recordOf(document) };
  };
  return {
    async *read() {
      for await (const batch of batched(all(users))) yield batch.map(entryOf);
    },
    async find(entries) {
      const ids = entries.map(userKey);
      const found = await users
        .collection()
        .find({ _id: { $in: ids } })
        .toArray();
      const byKey = new Map(found.map((document) => [document._id, entryOf(document)]));
      return entries.map((entry) => byKey.get(userKey(entry)));
    },
    async add(entries) {
      const upserts = entries.map((entry) => {
        const { _id, ...fields } = documentOf(entry, entry.record, 0);
        return {
          updateOne: { filter: { _id: { $eq: _id } }, update: { $setOnInsert: fields }, upsert: true },
        };
      });
      if (upserts.length > 0) await users.collection().bulkWrite(upserts, { ordered: false });
    },
  };
}

function apiKeyShelf(users: Documents<ApiKeysDocument>): Shelf<ApiKeyRecord> {
  return {
    async *read() {
      for await (const batch of batched(all(users))) yield batch.flatMap(({ keys }) => keys.map(keyRecordOf));
    },
    async find(entries) {
      const keys = entries.map(({ id }) => digestOf(id));
      const found = await users
        .collection()
        .find({ 'keys.key': { $in: keys } })
        .toArray();
      const records = found.flatMap((document) => document.keys.map(keyRecordOf));
      const byId = new Map(records.map((record) => [record.id, record]));
      return entries.map(({ id }) => byId.get(id));
    },
    async add(entries) {
      for (const entry of entries) await addKey(users, entry);
    },
  };
}

/** For an existing key the filter finds no document, and the upsert fails on the user's existing `_id`. */
async function addKey(users: Documents<ApiKeysDocument>, record: ApiKeyRecord): Promise<void> {
  const key = storedKeyOf(record);
  const without = { _id: { $eq: digestOf(record.userId) }, 'keys.key': { $ne: key.key } };
  try {
    await users.collection().updateOne(without, { $push: { keys: key } }, { upsert: true });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

function all<T extends mongo.Document>(kept: Documents<T>): AsyncIterable<mongo.WithId<T>> {
  return kept.collection().find().sort({ _id: 1 }).batchSize(AT_A_TIME);
}

async function* batched<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < AT_A_TIME) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
