import { generateKeyPairSync } from 'node:crypto';
import { base64url } from './jwks';

let jwk: Readonly<Record<string, unknown>> | undefined;

/** A key for encryption only, never for signatures; created once per process, when it is first needed. */
export function encryptionKey(alg: string): Readonly<Record<string, unknown>> {
  jwk ??= {
    kid: base64url(32),
    ...generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }),
  };
  return { ...jwk, alg, use: 'enc' };
}
