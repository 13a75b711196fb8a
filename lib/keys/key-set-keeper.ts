import type { OnEvent } from '../events';
import { backoffMs } from './backoff';
import { LATE_TIMER_MS } from './late-timer';
import { asKeyFetchFailure, KeyFetchFailure } from './key-fetch-failure';
import type { KeySetReader } from './key-set-reader';
import type { JwkSet } from './jwk-set';

export interface KeeperOptions {
  readonly source: string;
  readonly read: KeySetReader;
  readonly freshMs: number;
  readonly staleMs: number;
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly tell: OnEvent;
}

/** What is known after the last attempt. Times are in milliseconds. */
export interface KeyHistory {
  /** The last set that was read, however old. */
  readonly set: JwkSet | undefined;
  readonly readAt: number;
  /** Failures in a row since then. */
  readonly failures: number;
  readonly failure: KeyFetchFailure | undefined;
  readonly failedAt: number;
  /** When the next attempt is planned: the timer's time after a success, the end of the backoff after a failure. */
  readonly nextAt: number | undefined;
  readonly retryAt: number;
}

/** Reads the set again when asked and when its time has come: one attempt at a time, and a timer for the next. */
export interface KeySetKeeper {
  history(): KeyHistory;
  /** Starts an attempt, or joins the one under way. Never rejects: the history says how it went. */
  refresh(): Promise<void>;
  /** The attempt under way. */
  underway(): Promise<void> | undefined;
  /** How many attempts were ever started. */
  attempts(): number;
  close(): void;
}

/** Refreshed when this much of the fresh time is over, so that in ordinary life no request waits. */
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

export function keySetKeeper(options: KeeperOptions): KeySetKeeper {
  const { read, now } = options;
  let closed = false;
  let cancel: (failure: KeyFetchFailure) => void = () => undefined;
  let history = UNREAD;
  let attempts = 0;
  let underway: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function attempt(): Promise<void> {
    const begunAt = now();
    const controller = new AbortController();
    cancel = (failure) => controller.abort(failure);
    const deadline = setTimeout(cancel, options.timeoutMs, new KeyFetchFailure('timeout'));
    try {
      history = afterSuccess(await read(controller.signal, history.set), options);
    } catch (error) {
      // Whoever slept says nothing about the issuer by failing: no failure is counted, and the next attempt may begin.
      if (now() - begunAt > options.timeoutMs + LATE_TIMER_MS) return;
      history = afterFailure(history, asKeyFetchFailure(error, 'error'), options);
    } finally {
      clearTimeout(deadline);
    }
    report(history, options);
  }

  function plan(): void {
    clearTimeout(timer);
    if (closed || history.nextAt === undefined) return;
    timer = setTimeout(() => void refresh(), Math.max(0, history.nextAt - now())).unref();
  }

  function refresh(): Promise<void> {
    if (closed) return Promise.resolve();
    if (underway) return underway;
    attempts += 1;
    underway = attempt().finally(() => {
      underway = undefined;
      plan();
    });
    return underway;
  }

  return {
    history: () => history,
    refresh,
    underway: () => underway,
    attempts: () => attempts,
    close() {
      closed = true;
      cancel(new KeyFetchFailure('closed'));
      clearTimeout(timer);
    },
  };
}

function afterSuccess(set: JwkSet, { now, freshMs }: KeeperOptions): KeyHistory {
  const readAt = now();
  return { ...UNREAD, set, readAt, nextAt: readAt + freshMs * REFRESH_AT };
}

function afterFailure(before: KeyHistory, failure: KeyFetchFailure, options: KeeperOptions): KeyHistory {
  const { now, random, freshMs } = options;
  const failures = before.failures + 1;
  const failedAt = now();
  const retryAt = failedAt + backoffMs(failures, random);
  // A set that is still fresh keeps its appointment: what failed early was only a look for an unknown kid.
  const nextAt = before.set ? Math.max(retryAt, before.readAt + freshMs * REFRESH_AT) : retryAt;
  return { ...before, failures, failure, failedAt, retryAt, nextAt };
}

function report({ set, readAt, failures, failure }: KeyHistory, options: KeeperOptions): void {
  const { source, tell, now, freshMs, staleMs } = options;
  if (!failure) {
    tell({ type: 'keys_refreshed', source, keys: set?.keys.size ?? 0, unusable: set?.unusable ?? [] });
    return;
  }
  const { reason, details, unusable } = failure;
  tell({ type: 'keys_failed', source, failure: reason, failures, unusable, ...details });
  const age = now() - readAt;
  if (set && age >= freshMs && age < freshMs + staleMs) {
    tell({ type: 'keys_stale', source, ageSeconds: Math.floor(age / 1000) });
  }
}
