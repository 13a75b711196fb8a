import type { Identity } from '../auth';
import { InvalidTokenError, type SallyportError } from '../errors';

/**
 * The subject whose rate limit a refusal counts against, where the credential was proven to be theirs; undefined where
 * the limit of the address counts it. An API key from an address that is not on its list is answered as a wrong key:
 * headers with the limit of its user would reveal that the key is valid.
 */
export function refusedSubject(error: SallyportError): Identity | undefined {
  return error instanceof InvalidTokenError && error.reason !== 'address' ? error.proven : undefined;
}
