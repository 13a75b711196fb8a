import type { Request, Response } from 'express';
import type { SallyportError } from '../errors';

type Turn = Promise<SallyportError | undefined> | undefined;

/** What a limiter has to say before a proof is judged. */
export interface Gate {
  /** Of the limiter. Gates are entered in one order everywhere, so that no two requests wait for each other. */
  readonly order: number;
  /** Undefined where the request may be judged at once; else a promise of that, or of the error to refuse it with. */
  enter(request: Request, response: Response): Turn;
  /** The proof is decided, whichever way, and a refusal is counted. */
  leave(): void;
}

/** The list with one more gate. */
export function withGate(gates: readonly Gate[], gate: Gate): readonly Gate[] {
  if (gates.length === 0) return [gate];
  return [...gates, gate].sort((one, other) => one.order - other.order);
}

/** Enters all of the gates or, where it comes to an error, none. `leaveGates` must follow once they are entered. */
export function enterGates(gates: readonly Gate[], request: Request, response: Response, index = 0): Turn {
  const gate = gates[index];
  if (!gate) return undefined;
  const turn = gate.enter(request, response);
  if (!turn) return enterGates(gates, request, response, index + 1);
  return turn.then((refusal) => {
    if (!refusal) return enterGates(gates, request, response, index + 1);
    for (const entered of gates.slice(0, index)) entered.leave();
    return refusal;
  });
}

export function leaveGates(gates: readonly Gate[]): void {
  for (const gate of gates) gate.leave();
}
