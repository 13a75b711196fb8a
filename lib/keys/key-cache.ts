import { createHash } from 'node:crypto';
import { whileWanted } from '../abort';
import { isRecord } from './jwk';
import { readJwkSetInTurns, type JwkSet } from './jwk-set';
import { isServable, type Lifetime } from './key-lifetime';

/** A cache of the host for the last JWK Set outside of this process, such as a file or a key-value store. */
export interface KeyCache {
  /** Returns the text that was written last, or any other value if there is none; may be a promise. Timeout: 1 s. */
  read(): unknown;
  /** Stores the text. A promise is not awaited, and errors are ignored. */
  write(text: string): unknown;
}

/** A JWK Set with the time at which it was fetched, in milliseconds since the epoch. */
export interface DatedSet {
  readonly set: JwkSet;
  readonly readAt: number;
}

/** The host's cache for one key source, with checks. Neither method throws or rejects. */
export interface SetMemory {
  /** Resolves with the cached set if it is of this source, well-formed and not too old to be used. */
  recall(signal: AbortSignal): Promise<DatedSet | undefined>;
  keep(kept: DatedSet): void;
}

interface MemorySettings extends Lifetime {
  readonly maxBytes: number;
  readonly now: () => number;
}

const VERSION = 1;
const PATIENCE_MS = 1000;

/** `location` identifies the source. Only its hash is stored, since an address may hold a credential. */
export function setMemory(cache: KeyCache, location: string, settings: MemorySettings): SetMemory {
  const source = createHash('sha256').update(location).digest('base64url');
  return {
    async recall(signal) {
      const patience = new AbortController();
      const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
      try {
        const wanted = AbortSignal.any([signal, patience.signal]);
        const text = await whileWanted(Promise.resolve(cache.read()), wanted);
        return await datedSet(text, source, settings, signal);
      } catch {
        return undefined;
      } finally {
        clearTimeout(timer);
      }
    },
    keep({ set, readAt }) {
      const keys = set.keys.all().map(({ jwk }) => jwk);
      try {
        void Promise.resolve(cache.write(JSON.stringify({ version: VERSION, source, readAt, keys }))).catch(
          () => undefined,
        );
      } catch {
        // No request depends on the host's cache, so its failures are ignored.
      }
    },
  };
}

/** Checks a cached set as a fetched one: its size, its keys and its age. */
async function datedSet(
  text: unknown,
  source: string,
  settings: MemorySettings,
  signal: AbortSignal,
): Promise<DatedSet | undefined> {
  if (typeof text !== 'string' || text.length > settings.maxBytes) return undefined;
  const kept: unknown = JSON.parse(text);
  if (!isRecord(kept) || kept['version'] !== VERSION || kept['source'] !== source) return undefined;
  const { readAt } = kept;
  const time = settings.now();
  // The age of a set from the future is unknown.
  if (typeof readAt !== 'number' || !(readAt <= time)) return undefined;
  const set = await readJwkSetInTurns(kept, undefined, signal);
  if (!set || set.keys.size === 0 || !isServable({ set, readAt }, settings, time)) return undefined;
  return { set, readAt };
}
