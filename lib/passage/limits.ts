import type { Request, Response } from 'express';
import type { Auth } from '../auth';
import type { SallyportError } from '../errors';

type Turn = Promise<SallyportError | undefined> | undefined;
type Answer = SallyportError | undefined;

/** A limiter's part in one request, whose credential is judged further on. */
export interface Limit {
  /** Of the limiter. Limits are entered in one order everywhere, so that no two requests wait for each other. */
  readonly order: number;
  /** Undefined where the request may be judged at once; else a promise of that, or of the error to refuse it with. */
  enter(request: Request, response: Response): Turn;
  /** The proof is decided, whichever way, and a refusal is counted. */
  leave(): void;
  /** Asked about a proven caller before anything is written for the request; the error to refuse with, such as a 429. */
  admit(auth: Auth, request: Request, response: Response): Answer;
  /** Told of a refusal before it is answered; may give another error to refuse with, such as a 429. */
  refused(error: SallyportError, request: Request, response: Response): Answer | Promise<Answer>;
}

/** How many limiters were mounted: gives each its place. */
let mounted = 0;

export function nextOrder(): number {
  mounted += 1;
  return mounted;
}

/** The list with one more limit, once. */
export function withLimit(limits: readonly Limit[], limit: Limit): readonly Limit[] {
  if (limits.length === 0) return [limit];
  if (limits.includes(limit)) return limits;
  return [...limits, limit].sort((one, other) => one.order - other.order);
}

/** Enters all of the limits or, where it comes to an error, none. `leaveLimits` must follow once they are entered. */
export function enterLimits(limits: readonly Limit[], request: Request, response: Response, index = 0): Turn {
  const limit = limits[index];
  if (!limit) return undefined;
  const turn = limit.enter(request, response);
  if (!turn) return enterLimits(limits, request, response, index + 1);
  return turn.then((refusal) => {
    if (!refusal) return enterLimits(limits, request, response, index + 1);
    for (const entered of limits.slice(0, index)) entered.leave();
    return refusal;
  });
}

export function leaveLimits(limits: readonly Limit[]): void {
  for (const limit of limits) limit.leave();
}
