import type { Jwk } from './key-source';

interface KeyNeeds {
  readonly kty: string;
  readonly crv?: string;
}

/**
 * The key that each JWS algorithm requires (RFC 7518 section 3.1, RFC 8037, RFC 9864). `none` and the HMACs are not
 * listed, so they can never be allowed; nor is Ed448. EdDSA and Ed25519 are two names of the same signature: each must
 * be allowed by its own name, and a key whose `alg` is one of them is used for that one only.
 */
const NEEDS = {
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
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
} as const satisfies Record<string, KeyNeeds>;

export type Algorithm = keyof typeof NEEDS;

export const ALGORITHMS = Object.keys(NEEDS) as readonly Algorithm[];

export function isAlgorithm(value: unknown): value is Algorithm {
  return typeof value === 'string' && Object.hasOwn(NEEDS, value);
}

/** The algorithms for which a key of this type and curve can be used; empty if it is not supported. */
export function algorithmsFor(kty: unknown, crv: unknown): readonly Algorithm[] {
  return ALGORITHMS.filter((alg) => isOfType(kty, crv, alg));
}

/** Whether a key has the type and curve for `alg`, and its own `alg`, if any, is the same (RFC 7517 section 4.4). */
export function keyFits(jwk: Jwk, alg: Algorithm): boolean {
  return isOfType(jwk.kty, jwk['crv'], alg) && (jwk.alg === undefined || jwk.alg === alg);
}

function isOfType(kty: unknown, crv: unknown, alg: Algorithm): boolean {
  const needs: KeyNeeds = NEEDS[alg];
  return needs.kty === kty && (needs.crv === undefined || needs.crv === crv);
}
