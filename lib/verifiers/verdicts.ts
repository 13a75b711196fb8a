import { LRUCache } from 'lru-cache';
import type { Auth } from '../auth';
import { InvalidTokenError } from '../errors';
import { provenanceOf } from '../provenance';

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

/** Few entries for a short time: enough where the same invalid token is sent repeatedly. */
const MAX_REFUSALS = 500;
const REFUSAL_MS = 2000;
/** Reasons that cannot change for the same credential. Not `unknown_key`: the issuer may publish the key later. */
const LASTING = new Set(['malformed', 'header', 'algorithm', 'signature', 'expired']);

export interface VerdictsOptions {
  /** Entries. */
  readonly max: number;
  readonly seconds: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Cached results of a verifier by the hash of the credential. */
export interface Verdicts {
  /** Returns the cached proof while the verifier would still accept the credential. Throws a cached refusal. */
  recall(key: string): Auth | undefined;
  accept(key: string, auth: Auth): Auth;
  /** Caches the error if it cannot change, and throws it. */
  refuse(key: string, error: unknown): never;
}

export function verdicts({ max, seconds, now }: VerdictsOptions): Verdicts {
  const entries = new LRUCache<string, Entry>({ max });
  const refusals = new LRUCache<string, Refusal>({ max: MAX_REFUSALS });

  return {
    recall(key) {
      const time = now();
      const entry = entries.get(key);
      if (entry && isWithin(entry, time) && holds(entry.auth)) return entry.auth;
      const refusal = refusals.get(key);
      if (refusal && isWithin(refusal, time)) throw refusal.error;
      return undefined;
    },
    accept(key, auth) {
      const from = now();
      entries.set(key, { auth, from, until: Math.min(from + seconds * 1000, endOf(auth)) });
      return auth;
    },
    refuse(key, error) {
      if (error instanceof InvalidTokenError && LASTING.has(error.reason)) {
        const from = now();
        refusals.set(key, { error, from, until: from + REFUSAL_MS });
      }
      throw error;
    },
  };
}

/** Milliseconds since the epoch: from then on the verifier may refuse the credential for its age. */
function endOf(auth: Auth): number {
  const expiry = auth.expiresAt === undefined ? Infinity : auth.expiresAt * 1000;
  return Math.min(expiry, provenanceOf(auth)?.validUntil ?? Infinity);
}

/** If the clock was set back, the age of an entry is unknown: one from the future is not used. */
function isWithin({ from, until }: Span, time: number): boolean {
  return from <= time && time < until;
}

function holds(auth: Auth): boolean {
  return provenanceOf(auth)?.stillHolds() ?? true;
}
