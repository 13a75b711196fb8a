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

/** Few and short: this only blunts one bad token that is sent over and over. */
const MAX_REFUSALS = 500;
const REFUSAL_MS = 2000;
/** What no later moment changes about the very same credential. Never an unknown key: it may be known a moment later. */
const LASTING = new Set(['malformed', 'header', 'algorithm', 'signature', 'expired']);

export interface VerdictsOptions {
  /** Entries. */
  readonly max: number;
  readonly seconds: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What was decided of credentials a moment ago, under their hashes. */
export interface Verdicts {
  /** The proof, for as long as the verifier would give it again. Throws a refusal that is to be repeated. */
  recall(key: string): Auth | undefined;
  accept(key: string, auth: Auth): Auth;
  /** Throws the error again. */
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
