import type { mongo } from 'mongoose';
import {
  type NewRevocation,
  READ_OVERLAP_MS,
  type Revocation,
  type RevocationStore,
  type RevokedBy,
} from '../revocations/revocation-store';
import { changeHints } from './change-hints';
import { digestOf } from './digest';
import type { Definition, Documents } from './documents';
import { SERVER_NOW } from './server-clock';
import { upserted } from './upsert';

export interface RevocationDocument {
  readonly _id: string;
  readonly by: RevokedBy;
  /** JSON of issuer and value: BSON encodes all lone surrogates alike. */
  readonly named: string;
  readonly until: number;
  /** Of a subject revocation. */
  readonly at?: number;
  /** The cluster's time, which does not go back after a failover, as a member's clock may. */
  readonly stamp: mongo.Timestamp;
}

export const REVOCATIONS: Definition = {
  name: 'revocations',
  indexes: [{ key: { stamp: 1 } }, { key: { until: 1 } }],
};

const UPSERT = { upsert: true, returnDocument: 'after' } as const;

/** A position before every stamp. */
const BEGINNING = '0.0';

export function mongoRevocations(revocations: Documents<RevocationDocument>): RevocationStore {
  return {
    async add(added) {
      const undated = added.some((revocation) => revocation.by === 'subject' && revocation.at === undefined);
      const now = undated ? await serverNow(revocations) : 0;
      return Promise.all(added.map(async (revocation) => keep(revocations, revocation, now)));
    },
    async read(after = BEGINNING) {
      const since = { stamp: { $gte: overlapping(revocations, after) } };
      const collection = revocations.collection();
      const session = revocations.connection.getClient().startSession();
      try {
        const documents = await collection.find(since, { session }).sort({ stamp: 1 }).toArray();
        // The time of the read advances even without new revocations, so that old ones are not read again and again.
        const position = session.operationTime ?? documents.at(-1)?.stamp;
        return {
          revocations: documents.map(revocationOf),
          position: position ? positionOf(position) : after,
          ...(session.operationTime && { now: session.operationTime.t * 1000 }),
        };
      } finally {
        await session.endSession();
      }
    },
    async removeExpired(before) {
      const over = { until: { $lt: before }, $expr: { $lt: ['$until', SERVER_NOW] } };
      const { deletedCount } = await revocations.collection().deleteMany(over);
      return deletedCount;
    },
    watch: (onChange) => changeHints(revocations, onChange),
  };
}

async function keep(
  revocations: Documents<RevocationDocument>,
  added: NewRevocation,
  now: number,
): Promise<Revocation> {
  const { by, issuer, value, until } = added;
  const at = added.by === 'subject' ? { at: added.at ?? now } : {};
  const update = {
    $setOnInsert: { by, named: JSON.stringify([issuer, value]) },
    $max: { until, ...at },
    $currentDate: { stamp: { $type: 'timestamp' as const } },
  };
  const one = { _id: { $eq: digestOf(by, issuer, value) } };
  const document = await upserted(
    () => revocations.collection().findOneAndUpdate(one, update, UPSERT),
    () => revocations.collection().findOne(one),
  );
  return revocationOf(document);
}

function revocationOf({ by, named, until, at = 0 }: RevocationDocument): Revocation {
  const [issuer, value] = JSON.parse(named) as [string, string];
  return Object.freeze(by === 'subject' ? { by, issuer, value, until, at } : { by, issuer, value, until });
}

/** Seconds, and the counter within a second, of a BSON timestamp. */
function positionOf({ t, i }: mongo.Timestamp): string {
  return `${String(t)}.${String(i)}`;
}

function overlapping({ connection }: Documents<RevocationDocument>, position: string): mongo.Timestamp {
  const [seconds, count] = position.split('.').map(Number) as [number, number];
  return new connection.base.mongo.Timestamp({ t: Math.max(0, seconds - READ_OVERLAP_MS / 1000), i: count });
}

async function serverNow(revocations: Documents<RevocationDocument>): Promise<number> {
  const { localTime } = (await revocations.database().command({ hello: 1 })) as { localTime: Date };
  return localTime.getTime();
}
