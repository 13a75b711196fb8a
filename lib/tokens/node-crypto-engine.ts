import {
  createPublicKey,
  verify,
  constants,
  type JsonWebKey,
  type KeyObject,
  type VerifyKeyObjectInput,
} from 'node:crypto';
import type { VerificationKey } from '../keys/key-source';
import type { Algorithm } from '../keys/algorithms';
import type { Engine } from './engine';

/** As many as a busy process starts in one turn of the event loop, which gets their results only in its next turn. */
const MAX_ON_POOL = 32;

/**
 * Verifies with one call of `crypto.verify`, since the token is already parsed. For hosts where most tokens are not
 * cached: it takes a fraction of the time of a general library, with the same strict checks around it. Signatures are
 * verified on libuv's thread pool, while the event loop serves other requests. If 32 are already on the pool, further
 * ones of a fast algorithm are verified on the event loop, so that other work on the pool (such as password hashes)
 * delays few requests.
 *
 * @example
 * sallyport({ issuer, audience, users, engine: nodeCrypto() });
 */
export function nodeCrypto(): Engine {
  const prepared = new WeakMap<VerificationKey, Prepared>();
  let onPool = 0;

  function prepare(key: VerificationKey): Prepared {
    const known = prepared.get(key);
    if (known) return known;
    const made = {
      object: createPublicKey({ key: key.jwk as JsonWebKey, format: 'jwk' }),
      isLarge: isLarge(key),
    };
    prepared.set(key, made);
    return made;
  }

  return {
    name: 'node:crypto',
    verify(jws, key, alg) {
      const { digest, isSlow, ...form } = PARAMETERS[alg];
      const { object, isLarge } = prepare(key);
      const input: VerifyKeyObjectInput = { key: object, ...form };
      const data = Buffer.from(jws.signingInput, 'latin1');
      const signature = Buffer.from(jws.signature, 'base64url');
      if (onPool >= MAX_ON_POOL && !isSlow && !isLarge) return onLoop(digest, data, input, signature);
      return new Promise((resolve) => {
        onPool += 1;
        verify(digest, data, input, signature, (error, verified) => {
          onPool -= 1;
          resolve(!error && verified);
        });
      });
    },
  };
}

interface Prepared {
  readonly object: KeyObject;
  readonly isLarge: boolean;
}

/** Base64url characters of a modulus of 4096 bits. */
const LARGE_MODULUS = 683;

/** RSA takes longer with a longer modulus and a longer exponent. */
function isLarge({ jwk }: VerificationKey): boolean {
  const { n, e } = jwk as Record<string, unknown>;
  return typeof n === 'string' && (n.length > LARGE_MODULUS || String(e).length > 'AQAB'.length);
}

/** `verify` may throw for a signature whose form does not fit the key: the signature is invalid, nothing has failed. */
function onLoop(
  digest: string | null,
  data: Buffer,
  input: VerifyKeyObjectInput,
  signature: Buffer,
): boolean {
  try {
    return verify(digest, data, input, signature);
  } catch {
    return false;
  }
}

interface Parameters {
  readonly digest: string | null;
  readonly padding?: number;
  readonly saltLength?: number;
  readonly dsaEncoding?: 'ieee-p1363';
  /** Verification takes as long as a whole request, or longer. */
  readonly isSlow: boolean;
}

const pkcs1 = (digest: string): Parameters => ({
  digest,
  padding: constants.RSA_PKCS1_PADDING,
  isSlow: false,
});
/** The salt is as long as the digest (RFC 7518 section 3.5). */
const pss = (digest: string): Parameters => ({
  digest,
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  isSlow: false,
});
/** r and s concatenated, each of the curve's length (RFC 7518 section 3.4). */
const ecdsa = (digest: string, isSlow: boolean): Parameters => ({
  digest,
  dsaEncoding: 'ieee-p1363',
  isSlow,
});

const PARAMETERS: Readonly<Record<Algorithm, Parameters>> = {
  RS256: pkcs1('sha256'),
  RS384: pkcs1('sha384'),
  RS512: pkcs1('sha512'),
  PS256: pss('sha256'),
  PS384: pss('sha384'),
  PS512: pss('sha512'),
  ES256: ecdsa('sha256', false),
  ES384: ecdsa('sha384', true),
  ES512: ecdsa('sha512', true),
  EdDSA: { digest: null, isSlow: false },
  Ed25519: { digest: null, isSlow: false },
};
