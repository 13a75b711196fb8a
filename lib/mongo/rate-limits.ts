import type { Store } from 'express-rate-limit';
import { digestOf } from './digest';
import type { Definition, Documents } from './documents';
import { SERVER_NOW, serverDateIn, serverTimeIn } from './server-clock';
import { upserted } from './upsert';

/** One document per key, with its current window. */
export interface RateLimitDocument {
  readonly _id: string;
  readonly hits: number;
  /** Milliseconds since the epoch, by the server's clock. */
  readonly endsAt: number;
  /** Milliseconds to the end, by the server's clock: independent of the clock of the instance that reads it. */
  readonly left: number;
  readonly expiresAt: Date;
}

export const RATE_LIMITS: Definition = {
  name: 'rate_limits',
  indexes: [{ key: { expiresAt: 1 }, expireAfterSeconds: 0 }],
};

const UPSERT = { upsert: true, returnDocument: 'after' } as const;
const KEPT_AFTER_END_MS = 60_000;

/** A store of express-rate-limit for all instances. `prefix` separates the keys of one limiter from those of another. */
export function mongoRateLimits(counts: Documents<RateLimitDocument>, prefix: string): Store {
  let windowMs = 60_000;
  const keyOf = (key: string): string => digestOf(prefix, key);

  return {
    prefix,
    localKeys: false,
    init(options) {
      windowMs = options.windowMs;
    },
    async get(key) {
      const running = { $expr: { $gt: ['$endsAt', SERVER_NOW] } };
      const document = await counts.collection().findOne({ _id: { $eq: keyOf(key) }, ...running });
      return document ? { totalHits: document.hits, resetTime: new Date(document.endsAt) } : undefined;
    },
    async increment(key) {
      const one = { _id: { $eq: keyOf(key) } };
      const { hits, left } = await upserted(
        () => counts.collection().findOneAndUpdate(one, counted(windowMs), UPSERT),
        () => counts.collection().findOne(one),
      );
      return { totalHits: hits, resetTime: new Date(Date.now() + left) };
    },
    async decrement(key) {
      const counted = { _id: { $eq: keyOf(key) }, hits: { $gt: 0 } };
      await counts.collection().updateOne(counted, { $inc: { hits: -1 } });
    },
    async resetKey(key) {
      await counts.collection().deleteOne({ _id: { $eq: keyOf(key) } });
    },
  };
}

/** Counts in the current window, or starts one. A single atomic update, so that no hit is lost. */
function counted(windowMs: number) {
  const runs = { $gt: ['$endsAt', SERVER_NOW] };
  const endsAt = { $cond: [runs, '$endsAt', serverTimeIn(windowMs)] };
  const hits = { $cond: [runs, { $add: ['$hits', 1] }, 1] };
  const expiresAt = { $cond: [runs, '$expiresAt', serverDateIn(windowMs + KEPT_AFTER_END_MS)] };
  return [{ $set: { hits, endsAt, expiresAt } }, { $set: { left: { $subtract: ['$endsAt', SERVER_NOW] } } }];
}
