import type { Identity } from '../auth';
import { InvalidTokenError, type SallyportError } from '../errors';

/**
 * Whose rate limit a refusal counts against, where the credential was proven to be theirs; undefined: that of the address. A
 * key from elsewhere than its addresses is refused as any wrong key is, and headers with its user's limit would tell that
 * it is right.
 */
export function refusedSubject(error: SallyportError): Identity | undefined {
  return error instanceof InvalidTokenError && error.reason !== 'address' ? error.proven : undefined;
}
