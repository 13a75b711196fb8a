import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen } from 'cockatiel';
import { SallyportError, StoreUnavailableError } from '../errors';
import { type OnEvent, safely } from '../events';
import { refuseUnknown } from '../options';

export interface GuardOptions {
  /** Name of the store in events. */
  readonly name: string;
  /** Timeout of one call in milliseconds. Default 2000. */
  readonly deadlineMs?: number;
  readonly onEvent?: OnEvent;
}

/** From each guarded store to the store that was given. */
const GUARDED = new WeakMap<object, object>();
const FAILURES_TO_OPEN = 3;
const PROBE_AFTER_MS = 1000;
/** The longest delay of `setTimeout`, which fires at once for a longer one. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Returns the store with a timeout for each call and a circuit breaker: after three failures in a row calls fail at
 * once, except for one probe per second. Every failure is a `StoreUnavailableError`; other `SallyportError`s and bugs
 * such as a `TypeError` pass unchanged. A store that is guarded already is returned as it is.
 *
 * @example
 * const users = guarded(memoryUsers(), { name: 'users', deadlineMs: 2000 });
 *
 * @throws {StoreUnavailableError} 503, from each method, if the store fails, times out or its circuit breaker is open.
 */
export function guarded<T extends object>(store: T, options: GuardOptions): T {
  refuseUnknown('guarded', options, ['name', 'deadlineMs', 'onEvent']);
  if (GUARDED.has(store)) return store;
  const guard = guardOf(options.name, options.deadlineMs ?? 2000, safely(options.onEvent));
  const methods = new Map<string | symbol, unknown>();
  const proxy = new Proxy(store, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      if (!methods.has(property)) {
        methods.set(property, (...args: unknown[]) => guard(() => Reflect.apply(value, target, args)));
      }
      return methods.get(property);
    },
  });
  GUARDED.set(proxy, store);
  return proxy;
}

/** The store that was given, for a synchronous method: the methods of a guarded store always return a promise. */
export function unguarded<T extends object>(store: T): T {
  return (GUARDED.get(store) as T | undefined) ?? store;
}

function guardOf(name: string, deadlineMs: number, tell: OnEvent): (call: () => unknown) => Promise<unknown> {
  if (!(deadlineMs > 0 && deadlineMs <= MAX_TIMER_MS)) {
    throw new TypeError(`guarded: "deadlineMs" must be more than 0 and at most ${String(MAX_TIMER_MS)}`);
  }
  let breaker = breakerNow();

  return async (call) => {
    if (breaker.isStuck()) breaker = breakerNow();
    try {
      // Otherwise cockatiel would make all calls wait for the result of the probe.
      if (breaker.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
      return await breaker.execute(() => raced(call, deadlineMs));
    } catch (error) {
      if (!isOutage(error)) throw error;
      tell({ type: 'store_failed', store: name, failure: failureOf(error) });
      throw error instanceof StoreUnavailableError ? error : new StoreUnavailableError(1, { cause: error });
    }
  };
}

function breakerNow() {
  const breaker = circuitBreaker(handleWhen(isOutage), {
    halfOpenAfter: PROBE_AFTER_MS,
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
  });
  let opened = { wall: 0, monotonic: 0 };
  breaker.onBreak(() => {
    opened = { wall: Date.now(), monotonic: performance.now() };
  });
  const isDue = (now: number, since: number): boolean => now - since >= PROBE_AFTER_MS;
  /** cockatiel measures with the wall clock: if it is set back, the circuit breaker would stay open for as long. */
  const isStuck = (): boolean =>
    breaker.state === CircuitState.Open &&
    isDue(performance.now(), opened.monotonic) &&
    !isDue(Date.now(), opened.wall);
  return Object.assign(breaker, { isStuck });
}

class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * A timeout of our own: that of cockatiel creates an AbortController and five listeners for each call, and Promise.race
 * six promises, which is noticeable with fast reads.
 */
function raced(call: () => unknown, deadlineMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const answer = Promise.resolve(call());
    const timer = setTimeout(() => {
      reject(new DeadlineError(`no answer within ${String(deadlineMs)} ms`));
    }, deadlineMs);
    const stop = (): void => {
      clearTimeout(timer);
    };
    answer.then(stop, stop);
    answer.then(resolve, reject);
  });
}

/** Refusals that a store makes on purpose, and bugs, do not count: they do not mean that it cannot be reached. */
function isOutage(error: unknown): boolean {
  if (error instanceof SallyportError) return error instanceof StoreUnavailableError;
  return !BUGS.some((bug) => error instanceof bug);
}

const BUGS = [TypeError, ReferenceError, RangeError, SyntaxError];

function failureOf(error: unknown): 'deadline' | 'breaker' | 'error' {
  if (error instanceof DeadlineError) return 'deadline';
  return error instanceof BrokenCircuitError ? 'breaker' : 'error';
}
