import { constants, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isAlgorithm, type Algorithm } from '../keys/algorithms';

/** Test issuers sign with every algorithm that verifiers can allow. */
export type SigningAlgorithm = Algorithm;

/** At least one. */
export type SigningAlgorithms = readonly [SigningAlgorithm, ...SigningAlgorithm[]];

const CURVES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const;

/** Declared here, since the type in `@types/node` has another name from version 26 on. */
export interface SigningKeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/**
 * A key pair that signs with `algorithm`; RSA keys have 2048 bits.
 *
 * @example
 * const { privateKey } = generateSigningKey('ES256');
 * signToken({ alg: 'ES256', kid: 'a' }, { sub: 'user_1' }, privateKey);
 */
export function generateSigningKey(algorithm: SigningAlgorithm): SigningKeyPair {
  if (algorithm === 'EdDSA' || algorithm === 'Ed25519') return generateKeyPairSync('ed25519');
  if (algorithm === 'ES256' || algorithm === 'ES384' || algorithm === 'ES512') {
    return generateKeyPairSync('ec', { namedCurve: CURVES[algorithm] });
  }
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

/**
 * Signs any header and payload as a compact JWS (RFC 7515 section 7.1) with `algorithm`, by default `header.alg`: for
 * tokens that no issuer should make. A string as `header` or `payload` is used as it is, any other value as JSON.
 * `none` makes an empty signature; HS256, HS384 and HS512 use `key` as the secret.
 *
 * ```js
 * signToken({ alg: 'HS256', kid }, claims, createSecretKey(Buffer.from(publicKeyPem)));
 * signToken({ alg: 'RS256', kid }, '{"exp":1e999}', privateKey);
 * ```
 *
 * @throws {TypeError} if no algorithm is named, or an unknown one.
 */
export function signToken(
  header: object | string,
  payload: unknown,
  key: KeyObject,
  algorithm?: string,
): string {
  const alg: unknown = algorithm ?? (header as { alg?: unknown }).alg;
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${signatureOf(Buffer.from(input), alg, key).toString('base64url')}`;
}

function encode(part: unknown): string {
  const text = typeof part === 'string' ? part : JSON.stringify(part);
  return Buffer.from(text).toString('base64url');
}

function signatureOf(input: Buffer, alg: unknown, key: KeyObject): Buffer {
  if (alg === 'none') return Buffer.alloc(0);
  if (typeof alg !== 'string') throw new TypeError('signToken: the header has no alg, so name the algorithm');
  if (/^HS(256|384|512)$/.test(alg))
    return createHmac(`sha${alg.slice(2)}`, key)
      .update(input)
      .digest();
  if (!isAlgorithm(alg)) throw new TypeError(`signToken: cannot sign with ${alg}`);
  if (alg === 'EdDSA' || alg === 'Ed25519') return sign(null, input, key);
  const digest = `sha${alg.slice(2)}`;
  if (alg.startsWith('ES')) return sign(digest, input, { key, dsaEncoding: 'ieee-p1363' });
  if (alg.startsWith('RS')) return sign(digest, input, key);
  return sign(digest, input, {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });
}
