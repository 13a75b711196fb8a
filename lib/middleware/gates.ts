import type { Request } from 'express';
import type { SallyportError } from '../errors';

/** What a limiter has to say before a proof is judged. */
export interface Gate {
  /** Of the limiter. Gates are entered in one order everywhere, so that no two requests wait for each other. */
  readonly order: number;
  /** Undefined where the request may be judged at once; else a promise of that, or of the error to refuse it with. */
  enter(): Promise<SallyportError | undefined> | undefined;
  /** The proof is decided, whichever way, and a refusal is counted. */
  leave(): void;
}

const gates = new WeakMap<Request, Gate[]>();

export function addGate(request: Request, gate: Gate): void {
  const known = gates.get(request);
  if (known) known.splice(known.filter(({ order }) => order <= gate.order).length, 0, gate);
  else gates.set(request, [gate]);
}

/** Enters all of a request's gates or, where it comes to an error, none. `leaveGates` must follow once they are entered. */
export function enterGates(request: Request): Promise<SallyportError | undefined> | undefined {
  const all = gates.get(request);
  return all && enterFrom(all, 0);
}

export function leaveGates(request: Request): void {
  for (const gate of gates.get(request) ?? []) gate.leave();
}

function enterFrom(all: readonly Gate[], index: number): Promise<SallyportError | undefined> | undefined {
  const gate = all[index];
  if (!gate) return undefined;
  const turn = gate.enter();
  if (!turn) return enterFrom(all, index + 1);
  return turn.then((refusal) => {
    if (!refusal) return enterFrom(all, index + 1);
    for (const entered of all.slice(0, index)) entered.leave();
    return refusal;
  });
}
