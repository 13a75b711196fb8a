import type { OnEvent } from '../events';
import { backoffMs } from './backoff';
import type { DatedSet, SetMemory } from './key-cache';
import { isFresh } from './key-lifetime';
import { LATE_TIMER_MS } from './late-timer';
import { asKeyFetchFailure, KeyFetchFailure } from './key-fetch-failure';
import type { KeyHistory } from './key-history';
import { inBackground } from '../timers/background';
import type { KeySetReader } from './key-set-reader';

export interface KeeperOptions {
  readonly source: string;
  readonly read: KeySetReader;
  readonly memory: SetMemory | undefined;
  readonly freshMs: number;
  readonly staleMs: number;
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly tell: OnEvent;
}

/** Fetches the set on demand and by a timer, with one attempt at a time. */
export interface KeySetKeeper {
  history(): KeyHistory;
  /** Starts an attempt, or joins the pending one. Never rejects: see `history` for the result. */
  refresh(): Promise<void>;
  /** The pending attempt. */
  underway(): Promise<void> | undefined;
  /** Number of attempts to fetch from the issuer. */
  attempts(): number;
  close(): void;
}

/** The part of the fresh time after which the set is refreshed in the background, so that normally no request waits. */
const REFRESH_AT = 0.8;
const UNREAD: KeyHistory = {
  set: undefined,
  readAt: 0,
  failures: 0,
  failure: undefined,
  failedAt: 0,
  nextAt: undefined,
  retryAt: 0,
};

/** The state that attempts change. */
interface KeeperState {
  history: KeyHistory;
  attempts: number;
}

export function keySetKeeper(options: KeeperOptions): KeySetKeeper {
  const { now } = options;
  const state: KeeperState = { history: UNREAD, attempts: 0 };
  let closed = false;
  let cancel: (failure: KeyFetchFailure) => void = () => undefined;
  let underway: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function limited(): Promise<void> {
    const controller = new AbortController();
    cancel = (failure) => controller.abort(failure);
    const deadline = setTimeout(cancel, options.timeoutMs, new KeyFetchFailure('timeout'));
    await attempt(state, options, controller.signal).finally(() => clearTimeout(deadline));
  }

  function plan(): void {
    clearTimeout(timer);
    const { nextAt } = state.history;
    if (closed || nextAt === undefined) return;
    timer = inBackground(() => setTimeout(() => void refresh(), Math.max(0, nextAt - now())).unref());
  }

  function refresh(): Promise<void> {
    if (closed) return Promise.resolve();
    if (underway) return underway;
    underway = limited().finally(() => {
      underway = undefined;
      plan();
    });
    return underway;
  }

  return {
    history: () => state.history,
    refresh,
    underway: () => underway,
    attempts: () => state.attempts,
    close() {
      closed = true;
      cancel(new KeyFetchFailure('closed'));
      clearTimeout(timer);
    },
  };
}

async function attempt(state: KeeperState, options: KeeperOptions, signal: AbortSignal): Promise<void> {
  const { read, memory, now } = options;
  const begunAt = now();
  if (memory && !isFresh(state.history, options, begunAt)) {
    state.history = await recalled(state.history, memory, options, signal);
    if (isFresh(state.history, options, now())) return;
  }
  state.attempts += 1;
  try {
    const latest = { set: await read(signal, state.history.set), readAt: now() };
    state.history = afterSuccess(latest, options);
    tellRefreshed(latest.set, options);
    memory?.keep(latest);
  } catch (error) {
    // The process was suspended during the attempt: it is not counted as a failure, and the next one may begin at once.
    if (now() - begunAt > options.timeoutMs + LATE_TIMER_MS) return;
    const failure = asKeyFetchFailure(error, 'error');
    state.history = afterFailure(state.history, failure, options);
    tellFailed(state.history, failure, options);
  }
}

/** The history with the set of the host's cache, if that is newer. If it is no longer fresh, it is only a fallback. */
async function recalled(
  before: KeyHistory,
  memory: SetMemory,
  options: KeeperOptions,
  signal: AbortSignal,
): Promise<KeyHistory> {
  const kept = await memory.recall(signal);
  if (!kept || (before.set && kept.readAt <= before.readAt)) return before;
  const after = afterSuccess(kept, options);
  if (!isFresh(after, options, options.now())) return { ...before, ...kept };
  tellRefreshed(kept.set, options, { cached: true });
  return after;
}

function afterSuccess({ set, readAt }: DatedSet, { freshMs }: KeeperOptions): KeyHistory {
  return { ...UNREAD, set, readAt, nextAt: readAt + freshMs * REFRESH_AT };
}

function afterFailure(before: KeyHistory, failure: KeyFetchFailure, options: KeeperOptions): KeyHistory {
  const { now, random, freshMs } = options;
  const failures = before.failures + 1;
  const failedAt = now();
  const retryAt = failedAt + backoffMs(failures, random);
  // The planned refresh of a set that is still fresh stays: an earlier fetch was only for an unknown kid.
  const nextAt = before.set ? Math.max(retryAt, before.readAt + freshMs * REFRESH_AT) : retryAt;
  return { ...before, failures, failure, failedAt, retryAt, nextAt };
}

function tellRefreshed(
  { keys, unusable }: DatedSet['set'],
  { source, tell }: KeeperOptions,
  how: { readonly cached?: true } = {},
): void {
  tell({ type: 'keys_refreshed', source, keys: keys.size, unusable, ...how });
}

function tellFailed(
  { set, readAt, failures }: KeyHistory,
  { reason, details, unusable }: KeyFetchFailure,
  { source, tell, now, freshMs, staleMs }: KeeperOptions,
): void {
  tell({ type: 'keys_failed', source, failure: reason, failures, unusable, ...details });
  const age = now() - readAt;
  if (set && age >= freshMs && age < freshMs + staleMs) {
    tell({ type: 'keys_stale', source, ageSeconds: Math.floor(age / 1000) });
  }
}
