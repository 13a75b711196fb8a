import type { Request, Response } from 'express';
import type { Auth } from '../auth';
import type { SallyportError } from '../errors';

type Turn = Promise<SallyportError | undefined> | undefined;
type Answer = SallyportError | undefined;

/** What a limiter does for one request. `authenticate` calls it before and after it judges the credential. */
export interface Limit {
  /** Position of the limiter: all requests enter limits in the same order, which prevents deadlocks. */
  readonly order: number;
  /** Undefined where the request may be judged at once; else a promise, with the error to refuse it with, if any. */
  enter(request: Request, response: Response): Turn;
  /** Called once the credential is judged, after a refusal was counted. */
  leave(): void;
  /** Called with a proven caller, before anything is stored for it; returns the error to refuse with, such as a 429. */
  admit(auth: Auth, request: Request, response: Response): Answer;
  /** Called with a refusal before it is answered; may return another error to answer with, such as a 429. */
  refused(error: SallyportError, request: Request, response: Response): Answer | Promise<Answer>;
}

/** Number of limiters that were mounted, for their order. */
let mounted = 0;

export function nextOrder(): number {
  mounted += 1;
  return mounted;
}

/** The list with the limit added, unless it has it already; sorted by `order`. */
export function withLimit(limits: readonly Limit[], limit: Limit): readonly Limit[] {
  if (limits.length === 0) return [limit];
  if (limits.includes(limit)) return limits;
  return [...limits, limit].sort((one, other) => one.order - other.order);
}

/** Enters all limits; after an error, leaves those that were entered. On success `leaveLimits` must be called later. */
export function enterLimits(limits: readonly Limit[], request: Request, response: Response, index = 0): Turn {
  const limit = limits[index];
  if (!limit) return undefined;
  const turn = limit.enter(request, response);
  if (!turn) return enterLimits(limits, request, response, index + 1);
  const leave = (): void => leaveLimits(limits.slice(0, index));
  return turn.then(
    (refusal) => {
      if (!refusal) return enterLimits(limits, request, response, index + 1);
      leave();
      return refusal;
    },
    (failure: unknown) => {
      leave();
      throw failure;
    },
  );
}

export function leaveLimits(limits: readonly Limit[]): void {
  for (const limit of limits) limit.leave();
}
