import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailableError } from '../errors';
import type { ReplayStore } from './replay-store';

/** Longer than an effect takes: all its calls to stores have a timeout. */
const LEASE_MS = 30_000;
/** Longer than any sender retries. */
export const ID_KEEP_MS = 30 * 24 * 3_600_000;
/** Timeout of a duplicate that waits for the first delivery; after it, the answer is 503 and the sender retries. */
const PATIENCE_MS = 5000;
const PAUSE_MS = 50;

/**
 * Runs an effect once for each id, among all instances: `repeat` if it has run before, or ran for a concurrent
 * duplicate. The id is recorded after the effect, so that no message is lost through a failure; if the process ends in
 * between, the effect runs again, so it must be idempotent.
 */
export async function once(
  replays: ReplayStore,
  id: string,
  effect: () => Promise<void>,
): Promise<'handled' | 'repeat'> {
  const holder = randomUUID();
  if (!(await claimed(replays, id, holder))) return 'repeat';
  try {
    await effect();
  } catch (error) {
    // If this fails as well, the claim expires.
    await replays.release(id, holder).catch(() => undefined);
    throw error;
  }
  await replays.complete(id, ID_KEEP_MS);
  return 'handled';
}

/** Whether this call is to run the effect. A duplicate waits: it must not be answered before the effect is durable. */
async function claimed(replays: ReplayStore, id: string, holder: string): Promise<boolean> {
  const start = performance.now();
  while (performance.now() - start < PATIENCE_MS) {
    const claim = await replays.claim(id, holder, LEASE_MS);
    if (claim !== 'busy') return claim === 'claimed';
    await delay(PAUSE_MS);
  }
  throw new StoreUnavailableError(1);
}
