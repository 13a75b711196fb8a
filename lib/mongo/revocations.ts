import type { Model, mongo } from 'mongoose';
import {
  type NewRevocation,
  READ_OVERLAP_MS,
  type Revocation,
  type RevocationStore,
  type RevokedBy,
} from '../revocations/revocation-store';
import { changeHints } from './change-hints';
import { digestOf } from './digest';
import type { Definition } from './model';
import { SERVER_NOW } from './server-clock';
import { upserted } from './upsert';

export interface RevocationDocument {
  readonly _id: string;
  readonly by: RevokedBy;
  /** JSON of issuer and value: BSON blurs lone surrogates. */
  readonly named: string;
  readonly until: number;
  /** Of a subject revocation. */
  readonly at?: number;
  /** The cluster's own time: it does not go back when another member takes over, as a member's clock may. */
  readonly stamp: mongo.Timestamp;
}

export const REVOCATIONS: Definition = {
  name: 'revocations',
  fields: { _id: String, by: String, named: String, until: Number, at: Number, stamp: {} },
  indexes: [[{ stamp: 1 }], [{ until: 1 }]],
};

/** A position before every stamp. */
const BEGINNING = '0.0';

type RevocationModel = Model<RevocationDocument>;

export function mongoRevocations(revocations: RevocationModel): RevocationStore {
  return {
    async add(added) {
      const undated = added.some((revocation) => revocation.by === 'subject' && revocation.at === undefined);
      const now = undated ? await serverNow(revocations) : 0;
      return Promise.all(added.map(async (revocation) => keep(revocations, revocation, now)));
    },
    async read(after = BEGINNING) {
      const since = { stamp: { $gte: overlapping(revocations, after) } };
      const session = await revocations.db.startSession();
      try {
        const found = revocations.find(since).sort({ stamp: 1 }).session(session);
        const documents = await found.lean<RevocationDocument[]>();
        // The time of the read itself moves on while nobody revokes, so that what is old isn't read over and over.
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
      const { deletedCount } = await revocations.deleteMany(over);
      return deletedCount;
    },
    watch: (onChange) => changeHints(revocations, onChange),
  };
}

async function keep(revocations: RevocationModel, added: NewRevocation, now: number): Promise<Revocation> {
  const { by, issuer, value, until } = added;
  const at = added.by === 'subject' ? { at: added.at ?? now } : {};
  const update = {
    $setOnInsert: { by, named: JSON.stringify([issuer, value]) },
    $max: { until, ...at },
    $currentDate: { stamp: { $type: 'timestamp' as const } },
  };
  const one = { _id: { $eq: digestOf(by, issuer, value) } };
  const document = await upserted(
    () =>
      revocations
        .findOneAndUpdate(one, update, { upsert: true, returnDocument: 'after' })
        .lean<RevocationDocument>(),
    () => revocations.findOne(one).lean<RevocationDocument>(),
  );
  return revocationOf(document);
}

function revocationOf({ by, named, until, at = 0 }: RevocationDocument): Revocation {
  const [issuer, value] = JSON.parse(named) as [string, string];
  return Object.freeze(by === 'subject' ? { by, issuer, value, until, at } : { by, issuer, value, until });
}

/** Seconds and the count within one, as a BSON timestamp has them. */
function positionOf({ t, i }: mongo.Timestamp): string {
  return `${String(t)}.${String(i)}`;
}

function overlapping(revocations: RevocationModel, position: string): mongo.Timestamp {
  const [seconds = 0, count = 0] = position.split('.').map(Number);
  return new revocations.base.mongo.Timestamp({ t: Math.max(0, seconds - READ_OVERLAP_MS / 1000), i: count });
}

async function serverNow(revocations: RevocationModel): Promise<number> {
  const { localTime } = (await revocations.db.db?.command({ hello: 1 })) as { localTime: Date };
  return localTime.getTime();
}
