import { createPublicKey, type AsymmetricKeyDetails, type KeyObject } from 'node:crypto';
import { algorithmsFor, isAlgorithm, type Algorithm } from './algorithms';
import type { Jwk } from './key-source';

/** A JWK that cannot be used; the message says why, without values of the JWK. */
export class UnusableJwk extends Error {}

/** A JWK with private parameters in a public set: the key must not be trusted. */
export class PublishedPrivateJwk extends UnusableJwk {
  constructor(readonly publicHalf: PublicParameters) {
    super('a private key');
  }
}

const MIN_RSA_BITS = 2048;
/** RFC 7518 sections 6.2.2, 6.3.2 and 6.4: any of these means that the private key was published. */
export const PRIVATE_PARAMETERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** The parameters of a public key, without the other members of its JWK. */
export type PublicParameters = Readonly<Record<string, unknown>>;

/** A member of a JWK Set that passed every check that needs no import. */
export interface JwkCandidate {
  readonly kid: string;
  readonly parameters: PublicParameters;
  readonly purpose: SigningPurpose;
}

export type SigningPurpose = Pick<Jwk, 'use' | 'key_ops' | 'alg'> & { readonly issuer?: string };

/**
 * Checks one member of a JWK Set (RFC 7517 section 4) as far as possible without importing it, and returns the
 * parameters that a verifier may use, without certificates, URLs and other members. Throws `UnusableJwk`.
 */
export function candidateJwk(member: unknown): JwkCandidate {
  if (!isRecord(member)) throw new UnusableJwk('not a JSON object');
  const given = presentMembers(member);
  const { kid } = given;
  if (typeof kid !== 'string' || kid === '') throw new UnusableJwk('no kid');
  return { kid, ...signingJwk(given) };
}

/** Reads the JWK of a key that verifies signatures. Throws `UnusableJwk`. */
export function signingJwk(
  jwk: Readonly<Record<string, unknown>>,
): Pick<JwkCandidate, 'parameters' | 'purpose'> {
  const parameters = publicParameters(jwk);
  return { parameters, purpose: signingPurpose(jwk, algorithmsFor(parameters['kty'], parameters['crv'])) };
}

/** Some libraries write absent parameters as null or an empty list, such as `"d": null` or `"oth": []`. */
function presentMembers(jwk: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const isPresent = (value: unknown): boolean =>
    value !== null && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(jwk).filter(([, value]) => isPresent(value)));
}

/**
 * Imports a key, which takes up to a millisecond for P-521, and exports it again, so that one key always has the same
 * JWK, however its issuer pads or wraps the numbers. Throws `UnusableJwk`.
 */
export function importedJwk(parameters: PublicParameters): Jwk {
  const key = parameters['kty'] === 'RSA' ? rsaKey(parameters) : readKey(parameters);
  return key.export({ format: 'jwk' }) as Jwk;
}

/** The JWK of a public key that was not read from a JWK Set. Throws `UnusableJwk`. */
export function jwkOf(key: KeyObject): Jwk {
  return importedJwk(publicParameters(key.export({ format: 'jwk' })));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function publicParameters(jwk: Readonly<Record<string, unknown>>): PublicParameters {
  if (jwk['kty'] === 'oct') throw new UnusableJwk('a symmetric key');
  const parameters = parametersOf(jwk);
  if (PRIVATE_PARAMETERS.some((name) => jwk[name] !== undefined)) throw new PublishedPrivateJwk(parameters);
  const { kty, crv } = parameters;
  if (algorithmsFor(kty, crv).length === 0) throw new UnusableJwk('key type or curve not supported');
  return parameters;
}

function parametersOf({ kty, crv, x, y, n, e }: Readonly<Record<string, unknown>>): PublicParameters {
  if (kty === 'RSA') return { kty, n, e };
  return kty === 'EC' ? { kty, crv, x, y } : { kty, crv, x };
}

/** The details that Node has for every RSA key. */
type RsaDetails = Required<Pick<AsymmetricKeyDetails, 'modulusLength' | 'publicExponent'>>;

function rsaKey(parameters: PublicParameters): KeyObject {
  const key = readKey(parameters);
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails as RsaDetails;
  if (modulusLength < MIN_RSA_BITS) throw new UnusableJwk(`RSA under ${MIN_RSA_BITS} bits`);
  if (publicExponent <= 1n || publicExponent % 2n === 0n)
    throw new UnusableJwk('RSA exponent not odd and above 1');
  return key;
}

/** Node throws for points that are not on the curve and coordinates of the wrong length. */
function readKey(parameters: PublicParameters): KeyObject {
  try {
    return createPublicKey({ key: { ...parameters }, format: 'jwk' });
  } catch {
    throw new UnusableJwk('parameters malformed');
  }
}

function signingPurpose(
  jwk: Readonly<Record<string, unknown>>,
  algorithms: readonly Algorithm[],
): SigningPurpose {
  const { use, key_ops: operations, alg, issuer } = jwk;
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
    ...(isPinned(issuer) && { issuer }),
  };
}

/** Whether a key is for one issuer. Entra has such keys, and others for all tenants with a placeholder there. */
function isPinned(issuer: unknown): issuer is string {
  return typeof issuer === 'string' && /^https?:\/\/[^{]*$/i.test(issuer);
}
