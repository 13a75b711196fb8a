import type { Model } from 'mongoose';
import type { ApiKeyRecord, ApiKeyStore } from '../api-keys/api-key-store';
import { identityKey } from '../users/user-record';
import { digestOf } from './digest';
import type { Definition } from './model';
import { isDuplicateKey } from './upsert';

interface StoredKey {
  /** Digest of the id, which may be any string when it is asked for. */
  readonly key: string;
  readonly id: string;
  readonly hash: string;
  readonly userId: string;
  /** JSON of issuer and subject. */
  readonly identity: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly lastUsedAt?: number;
}

/** One document for each user, with all of their keys: so their number is limited in one atomic step. */
export interface ApiKeysDocument {
  readonly _id: string;
  readonly keys: readonly StoredKey[];
}

export const API_KEYS: Definition = {
  name: 'api_keys',
  fields: {
    _id: String,
    keys: [
      {
        _id: false,
        key: String,
        id: String,
        hash: String,
        userId: String,
        identity: String,
        name: String,
        scopes: [String],
        createdAt: Number,
        expiresAt: Number,
        lastUsedAt: Number,
      },
    ],
  },
  // Not unique: all users who have no keys left would be one entry.
  indexes: [[{ 'keys.key': 1 }]],
};

type ApiKeyModel = Model<ApiKeysDocument>;

export function mongoApiKeys(users: ApiKeyModel): ApiKeyStore {
  return {
    async add(record, limit) {
      if (limit < 1) return 'limit';
      return (await push(users, record, limit)) ? 'added' : 'limit';
    },
    async find(id) {
      const key = digestOf(id);
      const document = await users
        .findOne({ 'keys.key': { $eq: key } }, { 'keys.$': 1 })
        .lean<ApiKeysDocument>();
      return document?.keys[0] && recordOf(document.keys[0]);
    },
    async list(userId) {
      const document = await users.findOne({ _id: { $eq: digestOf(userId) } }).lean<ApiKeysDocument>();
      return (document?.keys ?? []).map(recordOf).sort((a, b) => a.createdAt - b.createdAt);
    },
    async delete(userId, id) {
      const key = { $eq: digestOf(id) };
      const filter = { _id: { $eq: digestOf(userId) }, 'keys.key': key };
      return (await users.updateOne(filter, { $pull: { keys: { key } } })).modifiedCount === 1;
    },
    async deleteAll(userId) {
      const gone = await users.findOneAndDelete({ _id: { $eq: digestOf(userId) } }).lean<ApiKeysDocument>();
      return gone?.keys.length ?? 0;
    },
    async noteUse(id, at) {
      await users.updateOne({ 'keys.key': { $eq: digestOf(id) } }, { $max: { 'keys.$.lastUsedAt': at } });
    },
  };
}

/** Whether there was room: a user whose last place is taken is not found, and can't be inserted a second time. */
async function push(users: ApiKeyModel, record: ApiKeyRecord, limit: number): Promise<boolean> {
  const room = { _id: { $eq: digestOf(record.userId) }, [`keys.${String(limit - 1)}`]: { $exists: false } };
  const update = { $push: { keys: storedKeyOf(record) } };
  try {
    await users.updateOne(room, update, { upsert: true });
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // No room, or another first key raced with this one.
    return (await users.updateOne(room, update)).matchedCount === 1;
  }
}

export function storedKeyOf({
  issuer,
  subject,
  scopes,
  expiresAt,
  lastUsedAt,
  ...rest
}: ApiKeyRecord): StoredKey {
  return {
    ...rest,
    key: digestOf(rest.id),
    identity: identityKey({ issuer, subject }),
    scopes: [...scopes],
    ...(expiresAt !== undefined && { expiresAt }),
    ...(lastUsedAt !== undefined && { lastUsedAt }),
  };
}

export function recordOf({
  id,
  hash,
  userId,
  identity,
  name,
  scopes,
  createdAt,
  ...times
}: StoredKey): ApiKeyRecord {
  const [issuer, subject] = JSON.parse(identity) as [string, string];
  const { expiresAt, lastUsedAt } = times;
  const frozen = Object.freeze([...scopes]);
  return Object.freeze({
    ...{ id, hash, userId, issuer, subject, name, scopes: frozen, createdAt, expiresAt, lastUsedAt },
  });
}
