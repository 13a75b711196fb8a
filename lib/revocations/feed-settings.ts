import { safely, type OnEvent } from '../events';
import {
  DEFAULT_CACHE_SECONDS,
  DEFAULT_CLOCK_TOLERANCE,
  DEFAULT_TOKEN_LIFETIME,
  refuseUnknown,
} from '../options';
import { guarded, unguarded } from '../stores/guarded';
import { feedClock, type FeedClock } from './feed-clock';
import { memoryRevocations } from './memory-revocations';
import type { RevocationStore } from './revocation-store';

export interface RevocationFeedOptions {
  /** Default: `memoryRevocations()`, for a single instance; revocations are lost when the process ends. */
  readonly store?: RevocationStore;
  /** Seconds that revocations are kept, unless a token's expiry is given; no token may live longer. Default 30 days. */
  readonly retentionSeconds?: number;
  /** Seconds by which clocks may differ; at least the `clockTolerance` of every verifier. Default 5. */
  readonly clockTolerance?: number;
  /** Seconds for which the caches of all instances keep a result: the highest `seconds` of `cached`. Default 60. */
  readonly cacheSeconds?: number;
  /** Milliseconds between two reads of the store. Default 1000. */
  readonly pollMs?: number;
  readonly onEvent?: OnEvent;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** A monotonic clock, in milliseconds. Default `performance.now`. */
  readonly monotonic?: () => number;
}

const OPTIONS = [
  'store',
  'retentionSeconds',
  'clockTolerance',
  'cacheSeconds',
  'pollMs',
  'onEvent',
  'now',
  'monotonic',
] as const satisfies readonly (keyof RevocationFeedOptions)[];

/** The first read returns everything; until it completes, requests are refused anyway. */
const FIRST_READ_DEADLINE_MS = 30_000;
/** A later read may return everything that was added during an outage. */
const READ_DEADLINE_MS = 10_000;

export type ReadableStore = Pick<RevocationStore, 'read' | 'watch'>;
export type WritableStore = Pick<RevocationStore, 'add' | 'removeExpired'>;

export interface FeedSettings {
  readonly reads: ReadableStore;
  readonly writes: WritableStore;
  readonly retentionMs: number;
  readonly toleranceMs: number;
  readonly cacheMs: number;
  readonly pollMs: number;
  readonly emit: OnEvent;
  readonly clock: FeedClock;
}

export function feedSettings(options: RevocationFeedOptions): FeedSettings {
  refuseUnknown('revocationFeed', options, OPTIONS);
  const { store = memoryRevocations(), onEvent } = options;
  const watched = unguarded(store);
  const guard = { name: 'revocations', ...(onEvent && { onEvent }) };
  const first = guarded(store, { ...guard, deadlineMs: FIRST_READ_DEADLINE_MS });
  const later = guarded(store, { ...guard, deadlineMs: READ_DEADLINE_MS });
  return {
    reads: {
      read: (after) => (after === undefined ? first.read() : later.read(after)),
      ...(watched.watch && { watch: watched.watch.bind(watched) }),
    },
    writes: guarded(store, guard),
    retentionMs: number('retentionSeconds', options.retentionSeconds ?? DEFAULT_TOKEN_LIFETIME, 1) * 1000,
    toleranceMs: number('clockTolerance', options.clockTolerance ?? DEFAULT_CLOCK_TOLERANCE, 0) * 1000,
    cacheMs: number('cacheSeconds', options.cacheSeconds ?? DEFAULT_CACHE_SECONDS, 0) * 1000,
    pollMs: number('pollMs', options.pollMs ?? 1000, 1),
    emit: safely(onEvent),
    clock: feedClock(options.now ?? (() => Date.now()), options.monotonic ?? (() => performance.now())),
  };
}

function number(option: string, value: unknown, least: number): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= least) return value;
  throw new TypeError(`revocationFeed: "${option}" must be a number from ${String(least)}`);
}
