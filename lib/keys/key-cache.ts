import { createHash } from 'node:crypto';
import { whileWanted } from '../abort';
import { isRecord } from './jwk';
import { readJwkSetInTurns, type JwkSet } from './jwk-set';
import { isServable, type Lifetime } from './key-lifetime';

/** Where a host keeps the last set beyond this process, such as a file or a key-value store. */
export interface KeyCache {
  /** The text that was last written; anything else where there is none. Not waited for longer than a second. */
  read(): unknown;
  /** Not waited for. */
  write(text: string): unknown;
}

/** A set that was read at some time, in milliseconds since the epoch. */
export interface DatedSet {
  readonly set: JwkSet;
  readonly readAt: number;
}

/** The host's cache as one key source may trust it. Neither ever rejects. */
export interface SetMemory {
  /** What was kept, if it is of this source, in order, and young enough to be served. */
  recall(signal: AbortSignal): Promise<DatedSet | undefined>;
  keep(kept: DatedSet): void;
}

interface MemorySettings extends Lifetime {
  readonly maxBytes: number;
  readonly now: () => number;
}

const VERSION = 1;
const PATIENCE_MS = 1000;

/** `location` tells sources apart; it is kept as a digest, since an address may hold a credential. */
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
        // A failure of the host's cache is for the host to repair; no request depends on it.
      }
    },
  };
}

/** Judged as a set that was fetched: by its size, its keys and its age. */
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
  // A set from the future has no age.
  if (typeof readAt !== 'number' || !(readAt <= time)) return undefined;
  const set = await readJwkSetInTurns(kept, undefined, signal);
  if (!set || set.keys.size === 0 || !isServable({ set, readAt }, settings, time)) return undefined;
  return { set, readAt };
}
