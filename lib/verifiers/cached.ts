import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { whileWanted } from '../abort';
import type { Auth, Verifier } from '../auth';
import { InvalidTokenError } from '../errors';
import { safely, type OnEvent } from '../events';
import { DEFAULT_CACHE_SECONDS, refuseUnknown } from '../options';
import { provenanceOf } from '../provenance';

export interface CachedOptions {
  /** Entries. Default 10000. */
  readonly max?: number;
  /**
   * Seconds for which an answer is repeated, less when the credential expires or is too old sooner. Default 60; say
   * more to `revocationFeed` too, as `cacheSeconds`: a deleted API key is refused for as long.
   */
  readonly seconds?: number;
  readonly onEvent?: OnEvent;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** Milliseconds since the epoch. */
interface Span {
  readonly from: number;
  readonly until: number;
}

interface Entry extends Span {
  readonly auth: Auth;
}

interface Refusal extends Span {
  readonly error: InvalidTokenError;
}

/** Few and short: this only blunts one bad token that is sent over and over. */
const MAX_REFUSALS = 500;
const REFUSAL_MS = 2000;
/** What no later moment changes about the very same credential. Never an unknown key: it may be known a moment later. */
const LASTING = new Set(['malformed', 'header', 'algorithm', 'signature', 'expired']);

/**
 * Repeats a verifier's answer for a credential that was seen a moment ago, and verifies one that arrives many times at
 * once only once. Holds hashes, never credentials. An answer ends with its key and with each rule on its age: see
 * `Provenance`.
 */
export function cached(verifier: Verifier, options: CachedOptions = {}): Verifier {
  if (typeof verifier !== 'function') throw new TypeError('cached: give a verifier first');
  refuseUnknown('cached', options, ['max', 'seconds', 'onEvent', 'now']);
  const { max = 10_000, seconds = DEFAULT_CACHE_SECONDS, now = Date.now } = options;
  if (!Number.isInteger(max) || max < 1) throw new TypeError('cached: "max" must be a whole number from 1');
  if (!(seconds > 0 && Number.isFinite(seconds)))
    throw new TypeError('cached: "seconds" must be more than 0');
  const emit = safely(options.onEvent);
  const entries = new LRUCache<string, Entry>({ max });
  const refusals = new LRUCache<string, Refusal>({ max: MAX_REFUSALS });
  const flights = new Map<string, Promise<Auth>>();

  async function verify(key: string, credential: string): Promise<Auth> {
    try {
      const auth = await verifier(credential);
      const from = now();
      entries.set(key, { auth, from, until: Math.min(from + seconds * 1000, endOf(auth)) });
      return auth;
    } catch (error) {
      if (error instanceof InvalidTokenError && LASTING.has(error.reason)) {
        const from = now();
        refusals.set(key, { error, from, until: from + REFUSAL_MS });
      }
      throw error;
    }
  }

  return async function verifyCached(credential, signal) {
    const key = hash('sha256', credential, 'base64url');
    const entry = entries.get(key);
    if (entry && isWithin(entry, now()) && holds(entry.auth)) {
      emit({ type: 'cache_hit' });
      return entry.auth;
    }
    const refusal = refusals.get(key);
    if (refusal && isWithin(refusal, now())) throw refusal.error;
    emit({ type: 'cache_miss' });
    let flight = flights.get(key);
    if (!flight) {
      // Lands a moment later at the soonest, so also a verifier that throws at once leaves no flight behind.
      flight = verify(key, credential).finally(() => flights.delete(key));
      flights.set(key, flight);
    }
    return whileWanted(flight, signal);
  };
}

/** Milliseconds since the epoch: when the verifier itself may decide otherwise, since the credential has grown too old. */
function endOf(auth: Auth): number {
  const expiry = auth.expiresAt === undefined ? Infinity : auth.expiresAt * 1000;
  return Math.min(expiry, provenanceOf(auth)?.validUntil ?? Infinity);
}

/** A clock that was set back tells no age, so what is from its future is not repeated. */
function isWithin({ from, until }: Span, time: number): boolean {
  return from <= time && time < until;
}

function holds(auth: Auth): boolean {
  return provenanceOf(auth)?.stillHolds() ?? true;
}
