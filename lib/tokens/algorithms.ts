import type { Jwk } from '../keys/key-source';

/**
 * What each JWS algorithm (RFC 7518 section 3.1, RFC 8037) asks of its key. `none` and the HMACs are not here, and so
 * can never be allowed.
 */
const KEYS = {
  RS256: { kty: 'RSA' },
  RS384: { kty: 'RSA' },
  RS512: { kty: 'RSA' },
  PS256: { kty: 'RSA' },
  PS384: { kty: 'RSA' },
  PS512: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
} as const satisfies Record<string, { kty: string; crv?: string }>;

export type Algorithm = keyof typeof KEYS;

export const ALGORITHMS = Object.keys(KEYS) as readonly Algorithm[];

export function isAlgorithm(value: unknown): value is Algorithm {
  return typeof value === 'string' && Object.hasOwn(KEYS, value);
}

/** Whether a key is of the type, curve and declared algorithm that `alg` needs (RFC 7517 section 4.4). */
export function keyFits(jwk: Jwk, alg: Algorithm): boolean {
  const needs: { kty: string; crv?: string } = KEYS[alg];
  if (jwk.kty !== needs.kty || (needs.crv !== undefined && jwk['crv'] !== needs.crv)) return false;
  return jwk.alg === undefined || jwk.alg === alg;
}
