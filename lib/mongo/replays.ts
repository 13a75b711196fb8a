import type { ReplayStore } from '../replays/replay-store';
import { digestOf } from './digest';
import type { Definition, Documents } from './documents';
import { SERVER_NOW, serverDateIn, serverTimeIn } from './server-clock';
import { upserted } from './upsert';

export interface ReplayDocument {
  readonly _id: string;
  /** Who has claimed the id; null once it is done. */
  readonly holder: string | null;
  /** Milliseconds since the epoch, by the server's clock. */
  readonly until: number;
  readonly expiresAt: Date;
}

export const REPLAYS: Definition = {
  name: 'replays',
  indexes: [{ key: { expiresAt: 1 }, expireAfterSeconds: 0 }],
};

const UPSERT = { upsert: true, returnDocument: 'after' } as const;

export function mongoReplays(replays: Documents<ReplayDocument>): ReplayStore {
  async function set(id: string, update: object[]): Promise<ReplayDocument> {
    const one = { _id: { $eq: digestOf(id) } };
    return upserted(
      () => replays.collection().findOneAndUpdate(one, update, UPSERT),
      () => replays.collection().findOne(one),
    );
  }

  return {
    async claim(id, holder, leaseMs) {
      const kept = await set(id, claimed(digestOf(holder), leaseMs));
      if (kept.holder === null) return 'done';
      return kept.holder === digestOf(holder) ? 'claimed' : 'busy';
    },
    async complete(id, keepMs) {
      const until = { until: serverTimeIn(keepMs), expiresAt: serverDateIn(keepMs) };
      await set(id, [{ $set: { holder: null, ...until } }]);
    },
    async release(id, holder) {
      const held = { _id: { $eq: digestOf(id) }, holder: { $eq: digestOf(holder) } };
      await replays.collection().deleteOne(held);
    },
  };
}

/** Claims the id unless a claim or a "done" has not expired yet. One atomic update, so only one caller succeeds. */
function claimed(holder: string, leaseMs: number): object[] {
  const runs = { $gt: ['$until', SERVER_NOW] };
  return [
    {
      $set: {
        holder: { $cond: [runs, '$holder', { $literal: holder }] },
        until: { $cond: [runs, '$until', serverTimeIn(leaseMs)] },
        expiresAt: { $cond: [runs, '$expiresAt', serverDateIn(leaseMs)] },
      },
    },
  ];
}
