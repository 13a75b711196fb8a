import type { Request } from 'express';
import { InvalidTokenError, SallyportError } from '../errors';
import type { OnEvent } from '../events';

/** Told of a refusal when it happens; may return another error to answer with, such as a 429. */
export type RefusalListener = (error: SallyportError) => Promise<SallyportError | undefined>;

const listeners = new WeakMap<Request, RefusalListener[]>();
const told = new WeakSet<Request>();

export function onRefusal(request: Request, listener: RefusalListener): void {
  const known = listeners.get(request);
  if (known) known.push(listener);
  else listeners.set(request, [listener]);
}

/** Lets the limiters count a refusal before it is answered, so that requests in flight cannot outrun the count. */
export async function refused(request: Request, error: SallyportError): Promise<SallyportError> {
  let answer = error;
  for (const listener of listeners.get(request) ?? []) answer = (await listener(error)) ?? answer;
  return answer;
}

/** One event for a refused request, whichever of authenticate and problemDetails sees it first. */
export function tellRefused(request: Request, error: unknown, emit: OnEvent): void {
  if (!(error instanceof SallyportError) || error.status === 500 || told.has(request)) return;
  told.add(request);
  const { status, code } = error;
  emit({
    type: 'refused',
    status,
    code,
    ...(error instanceof InvalidTokenError && { reason: error.reason }),
    ...(error instanceof InvalidTokenError && error.proven && { proven: error.proven }),
  });
}
