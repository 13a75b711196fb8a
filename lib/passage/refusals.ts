import type { Request, Response } from 'express';
import { InvalidTokenError, SallyportError } from '../errors';
import type { OnEvent } from '../events';
import type { Limit } from './limits';
import { passageOf } from './passage';
import { requestIdOf } from './request-id';

/** Lets the limiters count a refusal before it is answered, so that concurrent requests cannot exceed the limit. */
export async function refused(
  request: Request,
  response: Response,
  error: SallyportError,
  limits: readonly Limit[] = passageOf(request).limits,
): Promise<SallyportError> {
  let answer = error;
  for (const limit of limits) {
    answer = (await limit.refused(error, request, response)) ?? answer;
  }
  return answer;
}

/**
 * Emits one `refused` event per request, where the refusal is made, so that any error handler may answer it. Without
 * `tell` the `onEvent` of `authenticate` gets it; without that too, a later handler of the error may still emit it.
 */
export function tellRefused(
  request: Request,
  response: Response,
  error: unknown,
  tell: OnEvent | undefined,
): void {
  if (!(error instanceof SallyportError) || error.status === 500) return;
  const passage = passageOf(request);
  const emit = tell ?? passage.tell;
  if (passage.told || !emit) return;
  passage.told = true;
  const { status, code } = error;
  const token = error instanceof InvalidTokenError ? error : undefined;
  const proven = token ? token.proven : passage.auth;
  emit({
    type: 'refused',
    status,
    code,
    requestId: requestIdOf(request, response),
    ...(token && { reason: token.reason, ...token.mismatch }),
    ...(proven && { proven: { issuer: proven.issuer, subject: proven.subject } }),
  });
}
