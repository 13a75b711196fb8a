import type { CredentialKind } from '../auth';
import { InvalidTokenError, SallyportError } from '../errors';
import type { SallyportEvent } from '../events';

/** The event for a credential that was not accepted. Without `kind`: no well-formed credential was found. */
export function unverified(error: unknown, kind: CredentialKind | 'none' = 'none'): SallyportEvent {
  const type = 'unverified';
  if (!(error instanceof SallyportError) || error.status === 500) {
    return { type, kind, outcome: 'failed', reason: 'internal' };
  }
  const outcome = error.status > 500 ? 'unavailable' : 'refused';
  return { type, kind, outcome, reason: error instanceof InvalidTokenError ? error.reason : error.code };
}
