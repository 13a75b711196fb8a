import type { Auth } from '../auth';
import { InvalidTokenError, RevocationsUnavailableError, WRONG_API_KEY } from '../errors';
import { inBackground } from '../timers/background';
import { excerpt } from '../excerpt';
import { feedReader } from './feed-reader';
import { feedSettings, type FeedSettings, type RevocationFeedOptions } from './feed-settings';
import { feedWake } from './feed-wake';
import { feedWriter } from './feed-writer';
import { longestKept } from './retention';
import { revocationIndex, type RevocationIndex } from './revocation-index';
import type { Revocation, RevocationPage } from './revocation-store';
import type { Revocations } from './revocations';

/** Without a completed read for this long, revocations of other instances may be missing, and requests are refused. */
const BEHIND_MS = 30_000;
const SWEEP_MS = 60_000;
const CLEAN_MS = 3_600_000;
/** Clocks differ: a revocation that has expired by this clock may still apply by another instance's. */
const CLEAN_GRACE_MS = 3_600_000;

/**
 * Keeps the current revocations in memory and polls the store for new ones, so that a check needs no round trip.
 * Revocations made on this instance apply at once, those of other instances after the next read.
 *
 * @throws {TypeError} when it is called, for an option that is unknown, missing or out of range.
 *
 * @example
 * const revocations = revocationFeed({ store });
 * const verifier = revocable(cached(jwtVerifier({ issuer, audience })), revocations);
 */
export function revocationFeed(options: RevocationFeedOptions = {}): Revocations {
  const settings = feedSettings(options);
  const { emit } = settings;
  const { write, outliveCache } = feedWriter(settings);
  const index = revocationIndex({ ...settings, longestMs: longestKept(settings) });
  const listeners = new Set<(revocation: Revocation) => void>();

  const take = (revocations: readonly Revocation[]): void => {
    const news = revocations.filter((revocation) => index.add(revocation));
    for (const listener of listeners) news.forEach(listener);
  };
  const { reader, isBehind } = follow(settings, index, take);
  const stopCleaning = inBackground(() => keepClean(settings, index));

  return {
    retentionSeconds: settings.retentionMs / 1000,
    clockTolerance: settings.toleranceMs / 1000,
    check(auth) {
      if (isBehind()) {
        reader.readSoon();
        throw new RevocationsUnavailableError();
      }
      const by = index.find(auth);
      if (by === undefined) return;
      emit({ type: 'revoked', issuer: auth.issuer, subject: auth.subject, by });
      throw refusal(auth);
    },
    whenReady: feedWake({ reader, isBehind, ...settings.clock }),
    async revoke(targets) {
      take(await write(targets));
    },
    outliveCache,
    onRevoked(listener) {
      const own = unharmed(listener);
      listeners.add(own);
      return () => listeners.delete(own);
    },
    async prewarm() {
      if (!isBehind()) return;
      await reader.read().catch((cause: unknown) => {
        throw new RevocationsUnavailableError(1, { cause });
      });
    },
    state() {
      return { ready: !isBehind(), ageSeconds: secondsOf(reader.age()), entries: index.size() };
    },
    close() {
      reader.close();
      stopCleaning();
    },
  };
}

function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

function follow(
  settings: FeedSettings,
  index: RevocationIndex,
  take: (revocations: readonly Revocation[]) => void,
) {
  const { clock, emit } = settings;
  let told = true;
  const takePage = ({ revocations, now }: RevocationPage, isWhole: boolean): void => {
    if (now !== undefined) clock.hear(now);
    if (isWhole) index.startOver();
    take(revocations);
  };
  const { isIncomplete } = index;
  const reader = feedReader({ ...settings, ...clock, isIncomplete, take: takePage, settled });

  function isBehind(): boolean {
    const age = reader.age();
    return age === undefined || age >= BEHIND_MS || isIncomplete();
  }

  function settled(): void {
    const behind = isBehind();
    if (behind && !told) emit({ type: 'revocations_behind', ageSeconds: (reader.age() ?? 0) / 1000 });
    told = behind;
  }

  return { reader, isBehind };
}

function keepClean({ writes, clock }: FeedSettings, index: RevocationIndex): () => void {
  let before = -Infinity;
  const sweeping = setInterval(() => {
    index.sweep();
  }, SWEEP_MS).unref();
  const cleaning = setInterval(() => {
    // Only what had expired an hour ago and still has: a clock that was wrong and corrected since deletes nothing.
    const now = clock.earliest();
    const over = Math.min(before, now);
    before = now;
    // What is not removed because of a failure is removed the next time.
    if (over > -Infinity) writes.removeExpired(over - CLEAN_GRACE_MS).catch(() => undefined);
  }, CLEAN_MS).unref();
  return () => {
    clearInterval(sweeping);
    clearInterval(cleaning);
  };
}

function refusal({ kind, issuer, subject, header: { kid } }: Auth): InvalidTokenError {
  const detail = kind === 'api-key' ? WRONG_API_KEY : 'The credential was revoked.';
  const error = new InvalidTokenError('revoked', detail, { proven: { issuer, subject } });
  return Object.assign(error, kid !== undefined && { kid: excerpt(kid) });
}

/** A listener that throws must not keep the other revocations of the page from being handled. */
function unharmed(listener: (revocation: Revocation) => void): (revocation: Revocation) => void {
  return (revocation) => {
    try {
      listener(revocation);
    } catch {
      // A bug in the host's listener; it is ignored.
    }
  };
}
