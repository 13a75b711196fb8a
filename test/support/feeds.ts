import {
  memoryRevocations,
  revocationFeed,
  type RevocationFeedOptions,
  type Revocations,
  type RevocationStore,
  type RevocationTarget,
} from 'sallyport';
import { tokenProof } from './proofs';

export const issuer = 'https://issuer.example';
export const START = Date.parse('2026-01-01T00:00:00Z');
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const DAY = 86_400 * SECOND;
export const seconds = (ms: number) => Math.floor(ms / 1000);

let opened: Revocations[] = [];

/** For `beforeEach`: it is `START`, and time passes only when a test says so. */
export function stopTime(): void {
  jest.useFakeTimers({ now: START });
}

/** For `afterEach`. */
export function closeFeeds(): void {
  for (const feed of opened) feed.close();
  opened = [];
  jest.useRealTimers();
}

export function open(options: RevocationFeedOptions = {}): Revocations {
  const feed = revocationFeed(options);
  opened.push(feed);
  return feed;
}

export async function openReady(options: RevocationFeedOptions = {}): Promise<Revocations> {
  const feed = open(options);
  await feed.prewarm();
  return feed;
}

/** A store that only tells when it is asked, as one without change streams does. */
export function quiet(store: RevocationStore = memoryRevocations()): RevocationStore {
  return { add: store.add, read: store.read, removeExpired: store.removeExpired };
}

export const refuse = () => Promise.reject(new Error('connection refused'));
export const hang = () => new Promise<never>(() => undefined);

/** A store whose reads fail in one way or another while `broken.by` says how. */
export function breakable() {
  const store = quiet();
  const broken: { by: (() => Promise<never>) | undefined } = { by: undefined };
  const read: RevocationStore['read'] = (after) => (broken.by ? broken.by() : store.read(after));
  return { store: { ...store, read }, broken };
}

export const session: RevocationTarget = { by: 'sid', issuer, value: 'sess_1' };
export const inSession = () => tokenProof({ issuer, sid: 'sess_1' });
