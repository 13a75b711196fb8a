import type { Request, Response } from 'express';
import { InvalidTokenError, SallyportError } from '../errors';
import type { OnEvent } from '../events';
import { passageOf } from './passage';

/** Lets the limiters count a refusal before it is answered, so that requests in flight cannot outrun the count. */
export async function refused(
  request: Request,
  response: Response,
  error: SallyportError,
): Promise<SallyportError> {
  let answer = error;
  for (const listener of passageOf(request).listeners) answer = (await listener(error, response)) ?? answer;
  return answer;
}

/** One event for a refused request, whichever of authenticate and problemDetails sees it first. */
export function tellRefused(request: Request, error: unknown, emit: OnEvent): void {
  if (!(error instanceof SallyportError) || error.status === 500) return;
  const passage = passageOf(request);
  if (passage.told) return;
  passage.told = true;
  const { status, code } = error;
  emit({
    type: 'refused',
    status,
    code,
    ...(error instanceof InvalidTokenError && { reason: error.reason }),
    ...(error instanceof InvalidTokenError && error.proven && { proven: error.proven }),
  });
}
