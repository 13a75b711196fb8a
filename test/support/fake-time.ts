import { setImmediate } from 'node:timers/promises';

/**
 * Date and setTimeout stand still until a test moves them; the network stays real. Nothing that a test waits for
 * then depends on how fast this machine is.
 */
export function stopTime(): void {
  jest.useFakeTimers({
    now: new Date('2026-01-01T00:00:00Z'),
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
    ],
  });
}

/** Lets seconds pass; timers that come due fire. */
export async function pass(seconds: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(seconds * 1000);
}

/** Lets seconds pass as a process that sleeps does: the clock is later, and no timer has fired yet. */
export function oversleep(seconds: number): void {
  jest.setSystemTime(Date.now() + seconds * 1000);
}

/** Waits for the real world: for what arrives by network while time stands still. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}
