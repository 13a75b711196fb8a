import { hash } from 'node:crypto';
import type { Jwk } from '../keys/key-source';

/** The members that are hashed, in their order (RFC 7638 section 3.2, RFC 8037 section 2). */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};

/**
 * The SHA-256 thumbprint of a public key (RFC 7638), in base64url: the `cnf.jkt` of the tokens that are bound to it
 * (RFC 9449 section 6.1).
 *
 * @example
 * const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
 * jwkThumbprint(publicKey.export({ format: 'jwk' }) as Jwk); // such as '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'
 *
 * @throws {TypeError} for a key of another type, or without a member that its type needs.
 */
export function jwkThumbprint(jwk: Jwk): string {
  const names = Object.hasOwn(REQUIRED, jwk.kty) ? REQUIRED[jwk.kty] : undefined;
  if (!names?.every((name) => typeof jwk[name] === 'string')) {
    throw new TypeError('jwkThumbprint: give a public EC, OKP or RSA key');
  }
  return hash(
    'sha256',
    JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]]))),
    'base64url',
  );
}
