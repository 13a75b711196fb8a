import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import { SallyportError, StoreUnavailableError } from '../errors';
import { type OnEvent, safely } from '../events';
import { refuseUnknown } from '../options';

export interface GuardOptions<T> {
  /** Names the store in events. */
  readonly name: string;
  /** Milliseconds that one call may take. Default 2000. */
  readonly deadlineMs?: number;
  /** Methods that answer at once, such as one that takes a listener: left as they are. */
  readonly unguarded?: readonly (keyof T)[];
  readonly onEvent?: OnEvent;
}

const FAILURES_TO_OPEN = 3;
const PROBE_AFTER_MS = 1000;

/**
 * The same store, whose calls never hang: each is raced against a deadline, and after three failures in a row calls
 * are refused at once, but for a probe each second. What failed reads `StoreUnavailableError`.
 */
export function guarded<T extends object>(store: T, options: GuardOptions<T>): T {
  refuseUnknown('guarded', options, ['name', 'deadlineMs', 'unguarded', 'onEvent']);
  const unguarded = new Set<string | symbol | number>(options.unguarded);
  const guard = guardOf(options.name, options.deadlineMs ?? 2000, safely(options.onEvent));
  const methods = new Map<string | symbol, unknown>();
  return new Proxy(store, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      if (!methods.has(property)) {
        const call = (...args: unknown[]): unknown => Reflect.apply(value, target, args);
        const raced = (...args: unknown[]): unknown => guard(() => call(...args));
        methods.set(property, unguarded.has(property) ? call : raced);
      }
      return methods.get(property);
    },
  });
}

function guardOf(name: string, deadlineMs: number, tell: OnEvent): (call: () => unknown) => Promise<unknown> {
  if (!Number.isFinite(deadlineMs) || deadlineMs <= 0) {
    throw new TypeError('guarded: deadlineMs must be a number above 0');
  }
  const breaker = circuitBreaker(handleWhen(isOutage), {
    halfOpenAfter: PROBE_AFTER_MS,
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
  });
  const policy = wrap(breaker, timeout(deadlineMs, TimeoutStrategy.Aggressive));

  return async (call) => {
    try {
      // While the probe is out cockatiel would have everyone wait for it.
      if (breaker.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
      return await policy.execute(call);
    } catch (error) {
      if (!isOutage(error)) throw error;
      tell({ type: 'store_failed', store: name, failure: failureOf(error) });
      throw error instanceof StoreUnavailableError ? error : new StoreUnavailableError(1, { cause: error });
    }
  };
}

/** Refusals that a store means, and bugs, say nothing about whether it can be reached. */
function isOutage(error: unknown): boolean {
  if (error instanceof SallyportError) return error instanceof StoreUnavailableError;
  return !BUGS.some((bug) => error instanceof bug);
}

const BUGS = [TypeError, ReferenceError, RangeError, SyntaxError];

function failureOf(error: unknown): 'deadline' | 'breaker' | 'error' {
  if (error instanceof TaskCancelledError) return 'deadline';
  return error instanceof BrokenCircuitError ? 'breaker' : 'error';
}
