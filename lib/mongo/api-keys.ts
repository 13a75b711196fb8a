import type { ApiKeyRecord, ApiKeyStore } from '../api-keys/api-key-store';
import { identityKey } from '../identity';
import { digestOf } from './digest';
import type { Definition, Documents } from './documents';
import { isDuplicateKey } from './upsert';

interface StoredKey {
  /** Digest of the id: `find` takes any string, which MongoDB might not store unchanged. */
  readonly key: string;
  readonly id: string;
  readonly hash: string;
  readonly userId: string;
  /** JSON of issuer and subject. */
  readonly identity: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly grantedAt?: number;
  readonly expiresAt?: number;
  readonly lastUsedAt?: number;
  readonly addresses?: readonly string[];
  readonly organization?: string;
  readonly replacedBy?: string;
}

/** One document per user with all of their keys, so that one atomic update checks the limit and adds a key. */
export interface ApiKeysDocument {
  readonly _id: string;
  readonly keys: readonly StoredKey[];
}

export const API_KEYS: Definition = {
  name: 'api_keys',
  // Not unique: all documents without keys would have the same index entry.
  indexes: [{ key: { 'keys.key': 1 } }],
};

type Users = Documents<ApiKeysDocument>;

export function mongoApiKeys(users: Users): ApiKeyStore {
  return {
    async add(record, limit) {
      if (limit < 1) return 'limit';
      return (await push(users, record, limit)) ? 'added' : 'limit';
    },
    async find(id) {
      const key = digestOf(id);
      const document = await users
        .collection()
        .findOne({ 'keys.key': { $eq: key } }, { projection: { 'keys.$': 1 } });
      return document?.keys[0] && recordOf(document.keys[0]);
    },
    async list(userId) {
      const document = await users.collection().findOne({ _id: { $eq: digestOf(userId) } });
      return (document?.keys ?? []).map(recordOf).sort((a, b) => a.createdAt - b.createdAt);
    },
    async delete(userId, id) {
      const key = { $eq: digestOf(id) };
      const filter = { _id: { $eq: digestOf(userId) }, 'keys.key': key };
      const { modifiedCount } = await users.collection().updateOne(filter, { $pull: { keys: { key } } });
      return modifiedCount === 1;
    },
    async deleteAll(userId) {
      const gone = await users.collection().findOneAndDelete({ _id: { $eq: digestOf(userId) } });
      return gone?.keys.length ?? 0;
    },
    async retire(userId, id, replacedBy, until) {
      const key = { $elemMatch: { key: { $eq: digestOf(id) }, replacedBy: { $exists: false } } };
      const { modifiedCount } = await users
        .collection()
        .updateOne(
          { _id: { $eq: digestOf(userId) }, keys: key },
          { $set: { 'keys.$.replacedBy': replacedBy }, $min: { 'keys.$.expiresAt': until } },
        );
      return modifiedCount === 1;
    },
    async noteUse(id, at) {
      const one = { 'keys.key': { $eq: digestOf(id) } };
      await users.collection().updateOne(one, { $max: { 'keys.$.lastUsedAt': at } });
    },
  };
}

/** False at the limit: the filter then finds no document, and the upsert fails on the user's existing `_id`. */
async function push(users: Users, record: ApiKeyRecord, limit: number): Promise<boolean> {
  const room = { _id: { $eq: digestOf(record.userId) }, [`keys.${String(limit - 1)}`]: { $exists: false } };
  const update = { $push: { keys: storedKeyOf(record) } };
  try {
    await users.collection().updateOne(room, update, { upsert: true });
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // The limit is reached, or a concurrent call inserted the user's first key.
    return (await users.collection().updateOne(room, update)).matchedCount === 1;
  }
}

export function storedKeyOf({
  issuer,
  subject,
  scopes,
  expiresAt,
  lastUsedAt,
  addresses,
  ...rest
}: ApiKeyRecord): StoredKey {
  return {
    ...rest,
    key: digestOf(rest.id),
    identity: identityKey({ issuer, subject }),
    scopes: [...scopes],
    ...(expiresAt !== undefined && { expiresAt }),
    ...(lastUsedAt !== undefined && { lastUsedAt }),
    ...(addresses && { addresses: [...addresses] }),
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
  grantedAt,
  ...rest
}: StoredKey): ApiKeyRecord {
  const [issuer, subject] = JSON.parse(identity) as [string, string];
  const { expiresAt, lastUsedAt, addresses, organization, replacedBy } = rest;
  const frozen = Object.freeze([...scopes]);
  return Object.freeze({
    ...{ id, hash, userId, issuer, subject, name, scopes: frozen, createdAt, expiresAt, lastUsedAt },
    ...(grantedAt !== undefined && { grantedAt }),
    ...(addresses && { addresses: Object.freeze([...addresses]) }),
    ...(organization !== undefined && { organization }),
    ...(replacedBy !== undefined && { replacedBy }),
  });
}
