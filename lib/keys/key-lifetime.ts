import type { KeyHistory } from './key-history';
import { LATE_TIMER_MS } from './late-timer';

export interface Lifetime {
  readonly freshMs: number;
  readonly staleMs: number;
}

export function isFresh({ set, readAt }: KeyHistory, { freshMs }: Lifetime, time: number): boolean {
  const age = time - readAt;
  // With a negative age the clock was set back, and the true age is unknown: the set is fetched again.
  return set !== undefined && age >= 0 && age < freshMs;
}

/**
 * Whether the set may be used without waiting. A set that is no longer fresh is the fallback after a failed refresh,
 * while a timer retries it, until the stale time is over.
 */
export function isUsable(history: KeyHistory, lifetime: Lifetime, time: number): boolean {
  if (isFresh(history, lifetime, time)) return true;
  return isServable(history, lifetime, time) && isBeingRetried(history, lifetime, time);
}

export function isServable(
  { set, readAt }: Pick<KeyHistory, 'set' | 'readAt'>,
  { freshMs, staleMs }: Lifetime,
  time: number,
): boolean {
  return set !== undefined && time - readAt < freshMs + staleMs;
}

export function isBackingOff({ failures, failedAt, retryAt }: KeyHistory, time: number): boolean {
  return failures > 0 && time < retryAt && time >= failedAt;
}

function isBeingRetried(history: KeyHistory, { freshMs }: Lifetime, time: number): boolean {
  if (isBackingOff(history, time)) return true;
  const { failures, failedAt, readAt, retryAt } = history;
  return failures > 0 && failedAt >= readAt + freshMs && time < retryAt + LATE_TIMER_MS;
}
