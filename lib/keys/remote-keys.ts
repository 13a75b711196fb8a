import { whileWanted } from '../abort';
import { KeysUnavailableError } from '../errors';
import { isBackingOff, isFresh, isServable, isUsable, type Lifetime } from './key-lifetime';
import { addressName } from './key-address';
import { setMemory } from './key-cache';
import type { KeyHistory } from './key-history';
import { keySetKeeper } from './key-set-keeper';
import { keySetReader } from './key-set-reader';
import type { KeySource, KeySourceState, VerificationKey } from './key-source';
import { kidBudget } from './kid-budget';
import { settleRemote, type RemoteKeysOptions } from './remote-options';

export type { RemoteKeysOptions } from './remote-options';

/**
 * Fetches and caches the keys of an issuer: its JWK Set (RFC 7517), found by OIDC discovery or at a given address.
 *
 * The set is fresh for `freshSeconds`, and is refreshed in the background after 80 % of that. When it is no longer
 * fresh, requests wait for the refresh. If that fails, the cached set is the fallback for at most `staleSeconds` more,
 * while fetches are retried with exponential backoff and jitter. There is one fetch at a time, however many requests
 * wait, and aborting a request ends only its own wait. An unknown `kid` causes a fetch, with a rate limit of 3 at once
 * and then 1 in 5 s, so that a rotation takes effect at once and forged kids cause few fetches. Uses the first 100
 * usable keys among the first 1000 of a set.
 *
 * ```js
 * const keys = remoteKeys({ issuer: 'https://example.clerk.accounts.dev' });
 * await keys.prewarm();
 * const verifier = jwtVerifier({ issuer, audience, keys });
 * ```
 *
 * `find` rejects with `KeysUnavailableError` (503, Retry-After) while there are no usable keys.
 *
 * @throws {TypeError} when it is called, for an option that is unknown or invalid, such as an address in plain http to
 * a host that is neither loopback nor in `allowHttp`.
 */
export function remoteKeys(options: RemoteKeysOptions): KeySource {
  const settings = settleRemote(options);
  const { cache, location, now, tell } = settings;
  const source = location.issuer ?? addressName(location.jwksUri);
  const memory = cache && setMemory(cache, location.issuer ?? location.jwksUri, settings);
  const keeper = keySetKeeper({ ...settings, source, memory, read: keySetReader(location, settings, now) });
  const budget = kidBudget(now);
  const usable = (): boolean => isUsable(keeper.history(), settings, now());
  const lookUp = (kid: string, alg?: string): VerificationKey | undefined =>
    keeper.history().set?.keys.get(kid, alg);
  const backingOff = (): boolean => isBackingOff(keeper.history(), now());

  function unavailable(): KeysUnavailableError {
    const { failure, retryAt } = keeper.history();
    return new KeysUnavailableError(Math.max(1, Math.ceil((retryAt - now()) / 1000)), { cause: failure });
  }

  async function haveKeys(signal?: AbortSignal): Promise<void> {
    // At most two attempts: one during which the process was suspended does not count, and is retried.
    for (let tries = 0; tries < 2 && !usable() && !backingOff(); tries += 1) {
      await whileWanted(keeper.refresh(), signal);
    }
    if (!usable()) throw unavailable();
  }

  /** Fetches the set again, unless the limit for unknown kids is used up or a fetch has begun after the call. */
  async function findAgain(
    kid: string,
    alg: string | undefined,
    attemptsBefore: number,
    signal?: AbortSignal,
  ): Promise<VerificationKey | undefined> {
    while (keeper.underway() || (keeper.attempts() === attemptsBefore && !backingOff() && budget.take())) {
      const isLater = keeper.attempts() > attemptsBefore || !keeper.underway();
      await whileWanted(keeper.refresh(), signal);
      if (lookUp(kid, alg) || isLater) break;
    }
    await haveKeys(signal);
    const key = lookUp(kid, alg) ?? lookUp(kid);
    if (!key) tell({ type: 'unknown_kid', source, refetched: keeper.attempts() > attemptsBefore });
    return key;
  }

  return {
    async find(kid, signal, alg) {
      const attemptsBefore = keeper.attempts();
      await haveKeys(signal);
      return lookUp(kid, alg) ?? findAgain(kid, alg, attemptsBefore, signal);
    },
    peek: (kid, alg) => (usable() ? lookUp(kid, alg) : undefined),
    holds: (key) => usable() && keeper.history().set?.keys.has(key) === true,
    prewarm: () => haveKeys(),
    state: () => stateOf(source, keeper.history(), settings),
    close: () => keeper.close(),
  };
}

function stateOf(
  source: string,
  history: KeyHistory,
  settings: Lifetime & { now: () => number },
): KeySourceState {
  const time = settings.now();
  const { set, readAt, failure, nextAt } = history;
  return {
    source,
    keys: set && isServable(history, settings, time) ? set.keys.size : 0,
    ageSeconds: set && seconds(time - readAt),
    stale: set !== undefined && !isFresh(history, settings, time),
    lastFailure: failure?.reason,
    nextRefreshSeconds: nextAt === undefined ? undefined : seconds(nextAt - time),
  };
}

function seconds(milliseconds: number): number {
  return Math.max(0, milliseconds / 1000);
}
