import { randomUUID } from 'node:crypto';
import type { Identity } from '../auth';
import { StoreUnavailableError } from '../errors';
import {
  NOBODY,
  refuseErased,
  type UserRecord,
  withLiving,
  withProfile,
  withTombstone,
} from '../users/user-record';
import type { UserStore } from '../users/user-store';
import type { Documents } from './documents';
import { isDuplicateKey, upserted } from './upsert';
import { documentOf, recordOf, type UserDocument, userKey } from './user-document';

type Users = Documents<UserDocument>;

/** A try fails only because another call's succeeded: so many would have to race. */
const MAX_TRIES = 100;

export function mongoUsers(users: Users): UserStore {
  return {
    async getOrCreate(identity, issuedAt) {
      const born = withLiving(NOBODY, identity, randomUUID(), Date.now());
      const upsert = () => insertOrFind(users, documentOf(identity, born, 0));
      const reread = () => read(users, identity);
      const found = recordOf(await upserted(upsert, reread, reread));
      refuseErased(found, identity, issuedAt);
      if (found.living) return found.living;
      const back = (record: UserRecord) => {
        refuseErased(record, identity, issuedAt);
        return withLiving(record, identity, born.living.id, Date.now());
      };
      return (await change(users, identity, back)).living;
    },
    async find(identity) {
      const document = await read(users, identity);
      return document ? recordOf(document).living : undefined;
    },
    async fill(identity, profile, updatedAt) {
      const fresh = { id: randomUUID(), now: Date.now() };
      const filled = (record: UserRecord) => withProfile(record, identity, profile, updatedAt, fresh);
      const outcome = await change(users, identity, filled);
      return typeof outcome === 'string' ? outcome : 'applied';
    },
    async bury(identity, erasedAt) {
      const gone = await change(users, identity, (record) => withTombstone(record, identity, erasedAt));
      return gone.tombstones;
    },
    async buried(since) {
      const documents = await users
        .collection()
        .find({ buriedAt: { $gte: since } })
        .toArray();
      return documents
        .flatMap((document) => recordOf(document).tombstones)
        .filter(({ erasedAt }) => erasedAt >= since)
        .sort((a, b) => a.erasedAt - b.erasedAt);
    },
  };
}

/** Reads, judges and writes, again until no other write came in between. A string from `judge` changes nothing. */
async function change<T extends UserRecord | string>(
  users: Users,
  identity: Identity,
  judge: (record: UserRecord) => T,
): Promise<T> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const document = await read(users, identity);
    const before = document ? recordOf(document) : NOBODY;
    const after = judge(before);
    if (typeof after === 'string' || after === before) return after;
    if (await write(users, documentOf(identity, after, (document?.revision ?? -1) + 1))) return after;
  }
  throw new StoreUnavailableError();
}

async function read(users: Users, identity: Identity): Promise<UserDocument | null> {
  return users.collection().findOne({ _id: { $eq: userKey(identity) } });
}

async function insertOrFind(users: Users, { _id, ...fields }: UserDocument): Promise<UserDocument | null> {
  const options = { upsert: true, returnDocument: 'after' } as const;
  return users.collection().findOneAndUpdate({ _id: { $eq: _id } }, { $setOnInsert: fields }, options);
}

/** False if the stored revision is no longer the one before this. */
async function write(users: Users, document: UserDocument): Promise<boolean> {
  const { _id, ...fields } = document;
  const { revision } = fields;
  if (revision > 0) {
    const before = { _id: { $eq: _id }, revision: { $eq: revision - 1 } };
    return (await users.collection().replaceOne(before, fields)).matchedCount === 1;
  }
  try {
    await users.collection().insertOne(document);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}
