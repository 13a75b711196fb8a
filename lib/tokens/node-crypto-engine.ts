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

/**
 * One `crypto.verify` over the parse that is done already. For hosts whose tokens are seldom repeated: it costs a fraction
 * of a general library, and the strict checks around it are the same. It is done on the thread pool: the event loop goes on
 * with other requests meanwhile, and where there is no processor for that it costs no more than on the loop (`npm run
 * bench:engines`).
 *
 * @example
 * sallyport({ issuer, audience, users, engine: nodeCrypto() });
 */
export function nodeCrypto(): Engine {
  const prepared = new WeakMap<VerificationKey, KeyObject>();

  function prepare(key: VerificationKey): KeyObject {
    const known = prepared.get(key);
    if (known) return known;
    const made = createPublicKey({ key: key.jwk as JsonWebKey, format: 'jwk' });
    prepared.set(key, made);
    return made;
  }

  return {
    name: 'node:crypto',
    verify(jws, key, alg) {
      const { digest, ...form } = PARAMETERS[alg];
      const input: VerifyKeyObjectInput = { key: prepare(key), ...form };
      const data = Buffer.from(jws.signingInput, 'latin1');
      const signature = Buffer.from(jws.signature, 'base64url');
      return new Promise((resolve) => {
        // A signature of another form than the key's is no error of ours.
        verify(digest, data, input, signature, (error, verified) => {
          resolve(!error && verified);
        });
      });
    },
  };
}

interface Parameters {
  readonly digest: string | null;
  readonly padding?: number;
  readonly saltLength?: number;
  readonly dsaEncoding?: 'ieee-p1363';
}

const pkcs1 = (digest: string): Parameters => ({
  digest,
  padding: constants.RSA_PKCS1_PADDING,
});
/** The salt is as long as the digest (RFC 7518 section 3.5). */
const pss = (digest: string): Parameters => ({
  digest,
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
});
/** r and s side by side, each of the curve's length (RFC 7518 section 3.4). */
const ecdsa = (digest: string): Parameters => ({ digest, dsaEncoding: 'ieee-p1363' });

const PARAMETERS: Readonly<Record<Algorithm, Parameters>> = {
  RS256: pkcs1('sha256'),
  RS384: pkcs1('sha384'),
  RS512: pkcs1('sha512'),
  PS256: pss('sha256'),
  PS384: pss('sha384'),
  PS512: pss('sha512'),
  ES256: ecdsa('sha256'),
  ES384: ecdsa('sha384'),
  ES512: ecdsa('sha512'),
  EdDSA: { digest: null },
  Ed25519: { digest: null },
};
