import { createPublicKey, type KeyObject } from 'node:crypto';
import { algorithmsFor, isAlgorithm, type Algorithm } from './algorithms';
import type { Jwk } from './key-source';

/** Why a JWK verifies nothing here, as a few words of ours. */
export class UnusableJwk extends Error {}

const MIN_RSA_BITS = 2048;
/** RFC 7518 sections 6.2.2, 6.3.2 and 6.4: any of these means that the secret half was published. */
const PRIVATE_PARAMETERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * Judges one member of a JWK Set (RFC 7517 section 4) and copies what a verifier may rely on: certificates,
 * urls and whatever else stood beside it are left behind. Throws `UnusableJwk`.
 */
export function usableJwk(candidate: unknown): Jwk & { readonly kid: string } {
  if (!isRecord(candidate)) throw new UnusableJwk('not a JSON object');
  const { kid } = candidate;
  if (typeof kid !== 'string' || kid === '') throw new UnusableJwk('no kid');
  const material = publicMaterial(candidate);
  const purpose = signingPurpose(candidate, algorithmsFor(material.kty, material['crv']));
  return Object.freeze({ kid, ...material, ...purpose });
}

/** The JWK of a public key that came by other ways than a set. Throws `UnusableJwk`. */
export function jwkOf(key: KeyObject): Jwk {
  return publicMaterial(key.export({ format: 'jwk' }));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function publicMaterial(jwk: Record<string, unknown>): Jwk {
  if (jwk['kty'] === 'oct') throw new UnusableJwk('a symmetric key');
  if (PRIVATE_PARAMETERS.some((name) => jwk[name] !== undefined)) throw new UnusableJwk('a private key');
  const key = jwk['kty'] === 'RSA' ? rsaKey(jwk) : curveKey(jwk);
  // Exported anew, so that one key has one spelling however its issuer pads or wraps the numbers.
  return key.export({ format: 'jwk' }) as Jwk;
}

function rsaKey({ n, e }: Record<string, unknown>): KeyObject {
  const key = readKey({ kty: 'RSA', n, e });
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < MIN_RSA_BITS) throw new UnusableJwk(`RSA under ${MIN_RSA_BITS} bits`);
  if (publicExponent <= 1n || publicExponent % 2n === 0n)
    throw new UnusableJwk('RSA exponent not odd and above 1');
  return key;
}

function curveKey({ kty, crv, x, y }: Record<string, unknown>): KeyObject {
  if (algorithmsFor(kty, crv).length === 0) throw new UnusableJwk('key type or curve not supported');
  return readKey(kty === 'EC' ? { kty, crv, x, y } : { kty, crv, x });
}

/** Node refuses points off the curve and coordinates of the wrong length. */
function readKey(material: Record<string, unknown>): KeyObject {
  try {
    return createPublicKey({ key: material, format: 'jwk' });
  } catch {
    throw new UnusableJwk('parameters malformed');
  }
}

function signingPurpose(jwk: Record<string, unknown>, algorithms: readonly Algorithm[]) {
  const { use, key_ops: operations, alg } = jwk;
  if (use !== undefined && use !== 'sig') throw new UnusableJwk('use is not sig');
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    throw new UnusableJwk('key_ops lacks verify');
  }
  if (alg !== undefined && !(isAlgorithm(alg) && algorithms.includes(alg))) {
    throw new UnusableJwk('alg does not fit the key');
  }
  return {
    ...(use === 'sig' && { use }),
    ...(operations !== undefined && { key_ops: Object.freeze(['verify']) }),
    ...(typeof alg === 'string' && { alg }),
  };
}
