import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { SigningKey } from '../key-ring';
import { selfSigned } from './certificate';

/** Members that a provider adds to its JWKs. */
type Members = Readonly<Record<string, unknown>>;

/** The JWK of a public key, with its key parameters only. */
export function bareJwk({ publicKey }: SigningKey): Members {
  return { ...publicKey.export({ format: 'jwk' }) };
}

/** kid, kty, use, alg and the key parameters: what most providers serve. */
export function ordinaryJwk(key: SigningKey): Members {
  return { kid: key.kid, use: 'sig', alg: key.algorithm, ...bareJwk(key) };
}

const certificates = new WeakMap<SigningKey, Buffer>();

/** A self-signed certificate of the key (RFC 7517 section 4.7) and its digests, in base64url. */
export function certified(key: SigningKey): { x5c: readonly string[]; x5t: string; x5tS256: string } {
  const certificate = certificates.get(key) ?? selfSigned(key);
  certificates.set(key, certificate);
  const digest = (hash: string): string => createHash(hash).update(certificate).digest('base64url');
  return { x5c: [certificate.toString('base64')], x5t: digest('sha1'), x5tS256: digest('sha256') };
}

export const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
export const base64url = (bytes: number): string => randomBytes(bytes).toString('base64url');
export const uuid = (): string => randomUUID();
