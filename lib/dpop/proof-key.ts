import { LRUCache } from 'lru-cache';
import type { JwtHeader } from '../auth';
import { keyFits, type Algorithm } from '../keys/algorithms';
import { importedJwk, isRecord, PRIVATE_PARAMETERS, signingJwk, UnusableJwk } from '../keys/jwk';
import type { VerificationKey } from '../keys/key-source';
import { REFUSED_PARAMETERS } from '../tokens/header';
import { InvalidDpopProofError } from './errors';
import { jwkThumbprint } from './thumbprint';

/** The key of a proof, and how the proof is signed with it. */
export interface ProofKey {
  readonly alg: Algorithm;
  readonly key: VerificationKey;
  /** RFC 7638. */
  readonly thumbprint: string;
}

/**
 * Base64url characters of an RSA modulus of 4096 bits, and of the exponent 65537. Larger keys are refused, since they
 * make verification expensive.
 */
const MAX_MODULUS = 683;
const MAX_EXPONENT = 4;

/** Size of the cache of parsed headers: a client sends the same one with each of its proofs. */
const MAX_KEYS = 1000;
const MAX_HEADER_LENGTH = 1536;

/** Reads headers of proofs by RFC 9449 section 4.3 (4, 5 and 7), with an LRU cache of 1000 of them. */
export function proofKeys(algorithms: ReadonlySet<Algorithm>): (part: string, header: JwtHeader) => ProofKey {
  const known = new LRUCache<string, ProofKey>({ max: MAX_KEYS });
  return (part, header) => {
    const before = known.get(part);
    if (before) return before;
    const made = proofKey(header, algorithms);
    // A copy of the text: a slice would keep the whole proof in memory.
    if (part.length <= MAX_HEADER_LENGTH) known.set(Buffer.from(part, 'latin1').toString('latin1'), made);
    return made;
  };
}

function proofKey(header: JwtHeader, algorithms: ReadonlySet<Algorithm>): ProofKey {
  const { typ, alg, jwk } = header as Readonly<Record<string, unknown>>;
  if (typ !== 'dpop+jwt') throw wrong("The DPoP proof's typ is not dpop+jwt.");
  if (!algorithms.has(alg as Algorithm)) throw wrong("The DPoP proof's algorithm is not allowed.");
  if (REFUSED_PARAMETERS.some((parameter) => Object.hasOwn(header, parameter)))
    throw wrong('The DPoP proof has a header parameter that is not supported.');
  if (!isRecord(jwk)) throw wrong('The DPoP proof does not carry its public key (jwk).');
  if (PRIVATE_PARAMETERS.some((name) => Object.hasOwn(jwk, name)))
    throw wrong("The DPoP proof's jwk is not a public key.");
  const key = readKey(jwk, alg as Algorithm);
  return { alg: alg as Algorithm, key, thumbprint: jwkThumbprint(key.jwk) };
}

function readKey(jwk: Record<string, unknown>, alg: Algorithm): VerificationKey {
  try {
    const { parameters, purpose } = signingJwk(jwk);
    if (isCostly(parameters)) throw new UnusableJwk('too large');
    const key = { kid: '', jwk: Object.freeze({ ...importedJwk(parameters), ...purpose }) };
    if (keyFits(key.jwk, alg)) return key;
  } catch (error) {
    if (!(error instanceof UnusableJwk)) throw error;
  }
  throw wrong("The DPoP proof's jwk is not a key for its algorithm.");
}

function isCostly({ kty, n, e }: Readonly<Record<string, unknown>>): boolean {
  return kty === 'RSA' && (String(n).length > MAX_MODULUS || String(e).length > MAX_EXPONENT);
}

function wrong(detail: string): InvalidDpopProofError {
  return new InvalidDpopProofError(detail);
}
