import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailableError } from '../errors';
import type { ReplayStore } from './replay-store';

/** Longer than an effect takes, whose store calls all have deadlines. */
const LEASE_MS = 30_000;
/** Longer than any sender tries again. */
export const ID_KEEP_MS = 30 * 24 * 3_600_000;
/** How long a copy waits for the one that is being handled, before its sender is asked to come again. */
const PATIENCE_MS = 5000;
const PAUSE_MS = 50;

/**
 * Brings an effect about once for each id, over all instances: `repeat` when it had been brought about before, also by
 * a copy that came at the same time. The id is recorded when the effect is there and not before, so that a failure
 * loses nothing; should a process die in between, the effect comes once more, and must be one that bears it.
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
    // Where this fails too, the claim lapses by itself.
    await replays.release(id, holder).catch(() => undefined);
    throw error;
  }
  await replays.complete(id, ID_KEEP_MS);
  return 'handled';
}

/** Whether this one is to bring the effect about; a copy waits, since it must not be told "done" too soon. */
async function claimed(replays: ReplayStore, id: string, holder: string): Promise<boolean> {
  const start = performance.now();
  while (performance.now() - start < PATIENCE_MS) {
    const claim = await replays.claim(id, holder, LEASE_MS);
    if (claim !== 'busy') return claim === 'claimed';
    await delay(PAUSE_MS);
  }
  throw new StoreUnavailableError(1);
}
