import { InvalidTokenError } from '../errors';
import { keyFits, type Algorithm } from '../keys/algorithms';
import type { VerificationKey } from '../keys/key-source';

/** A set that several tenants share may have keys that sign for one of them alone, and say so. */
export function usableKey(key: VerificationKey | undefined, alg: Algorithm, iss: unknown): VerificationKey {
  const owner = key?.jwk['issuer'];
  if (!key || (owner !== undefined && owner !== iss))
    throw new InvalidTokenError('unknown_key', "The issuer has no such key as the token's kid.");
  if (!keyFits(key.jwk, alg))
    throw new InvalidTokenError('algorithm', "The token's algorithm is not that of its key.");
  return key;
}
