import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen } from 'cockatiel';
import { SallyportError, StoreUnavailableError } from '../errors';
import { type OnEvent, safely } from '../events';
import { refuseUnknown } from '../options';

export interface GuardOptions {
  /** Names the store in events. */
  readonly name: string;
  /** Milliseconds that one call may take. Default 2000. */
  readonly deadlineMs?: number;
  readonly onEvent?: OnEvent;
}

/** Each guarded store, and the one behind it. */
const GUARDED = new WeakMap<object, object>();
const FAILURES_TO_OPEN = 3;
const PROBE_AFTER_MS = 1000;
/** What a timer can hold; it fires at once for more. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * The same store, whose calls never hang: each is raced against a deadline, and after three failures in a row calls
 * are refused at once, but for a probe each second. What failed reads `StoreUnavailableError`. A store that is guarded
 * already stays as it is.
 *
 * @example
 * const users = guarded(memoryUsers(), { name: 'users', deadlineMs: 2000 });
 *
 * @throws {StoreUnavailableError} 503, from each method, where the store fails, is late or its circuit breaker is open.
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

/** The store itself, for a method that answers at once: behind a guard every method answers with a promise. */
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
      // While the probe is out cockatiel would have everyone wait for it.
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
  /** cockatiel waits by the wall clock: one that is set back would keep it open for as long. */
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
 * cockatiel's own timeout makes an AbortController and five listeners a call, and Promise.race six promises, which a
 * store's fast reads would feel.
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

/** Refusals that a store means, and bugs, say nothing about whether it can be reached. */
function isOutage(error: unknown): boolean {
  if (error instanceof SallyportError) return error instanceof StoreUnavailableError;
  return !BUGS.some((bug) => error instanceof bug);
}

const BUGS = [TypeError, ReferenceError, RangeError, SyntaxError];

function failureOf(error: unknown): 'deadline' | 'breaker' | 'error' {
  if (error instanceof DeadlineError) return 'deadline';
  return error instanceof BrokenCircuitError ? 'breaker' : 'error';
}
