import { InvalidTokenError } from '../errors';
import { keyFits, type Algorithm } from '../keys/algorithms';
import type { VerificationKey } from '../keys/key-source';

/** In a JWK Set that several tenants share, a key with a member `issuer` verifies only the tokens of that issuer. */
export function usableKey(key: VerificationKey | undefined, alg: Algorithm, iss: unknown): VerificationKey {
  const owner = key?.jwk['issuer'];
  if (!key || (owner !== undefined && owner !== iss))
    throw new InvalidTokenError('unknown_key', "The issuer has no such key as the token's kid.");
  if (!keyFits(key.jwk, alg))
    throw new InvalidTokenError('algorithm', "The token's algorithm is not that of its key.");
  return key;
}
