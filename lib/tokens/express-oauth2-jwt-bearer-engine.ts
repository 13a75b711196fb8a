import { auth } from 'express-oauth2-jwt-bearer';
import type { VerificationKey } from '../keys/key-source';
import type { Algorithm } from '../keys/algorithms';
import type { Engine } from './engine';
import { nodeCrypto } from './node-crypto-engine';
import type { StrictJws } from './strict-jws';

type Handler = ReturnType<typeof auth>;
type Options = NonNullable<Parameters<typeof auth>[0]>;
type PublicKey = NonNullable<Options['publicKey']>;

/**
 * The default engine: express-oauth2-jwt-bearer on a synthetic request. One handler per key, so that neither a kid nor an
 * import is ever shared between issuers; a rotated key is another object and gets another handler. `Ed25519` (RFC 9864),
 * which the library does not know, is verified by `nodeCrypto()`.
 *
 * @example
 * sallyport({ issuer, audience, users, engine: expressOauth2JwtBearer() }); // the default
 */
export function expressOauth2JwtBearer(): Engine {
  const ed25519 = nodeCrypto();
  const handlers = new WeakMap<VerificationKey, Map<Algorithm, Handler>>();

  function handlerFor(key: VerificationKey, alg: Algorithm): Handler {
    const known = handlers.get(key)?.get(alg);
    if (known) return known;
    const ofKey = handlers.get(key) ?? new Map<Algorithm, Handler>();
    const handler = auth(options(key, alg));
    handlers.set(key, ofKey.set(alg, handler));
    return handler;
  }

  return {
    name: 'express-oauth2-jwt-bearer',
    verify(jws, key, alg) {
      // The library knows this signature by its older name only (RFC 8037), and the name is under the signature.
      if (alg === 'Ed25519') return ed25519.verify(jws, key, alg);
      return accepts(handlerFor(key, alg), jws);
    },
  };
}

/**
 * Every option is written out: one left out would be read from the environment. The issuer is judged before, and must not be
 * asked here: a family has as many as whoever makes tokens up can spell. Times are left to claims.ts, so that a token
 * that is expired but truly signed can be told from a forged one: hence the validators set to false, and a tolerance
 * that no finite `exp` or `nbf` is beyond.
 */
function options(key: VerificationKey, alg: Algorithm): Options {
  return {
    issuer: 'judged before',
    // One key and no set: out of a set the library looks for the key again for each token.
    publicKey: { ...key.jwk } as PublicKey,
    issuerBaseURL: '',
    jwksUri: '',
    secret: '',
    tokenSigningAlg: '',
    audience: 'unused',
    clockTolerance: Infinity,
    strict: false,
    dpop: { enabled: false },
    mtls: { enabled: false },
    validators: {
      alg,
      typ: false,
      iss: false,
      aud: false,
      exp: false,
      iat: false,
      sub: false,
      client_id: false,
      jti: false,
    },
  };
}

/** What the library looks at besides the Authorization header. */
const REQUEST = {
  method: 'GET',
  protocol: 'https',
  url: '/',
  get: () => 'engine.invalid',
  is: () => false,
};

/** A 401 of the library means that the signature is wrong; any other error is a bug, which says nothing about the token. */
function accepts(handler: Handler, { token }: StrictJws): Promise<boolean> {
  const request = { ...REQUEST, headers: { authorization: `Bearer ${token}` } };
  return new Promise((resolve, reject) => {
    const settle = (error?: { readonly status?: unknown }): void => {
      if (error === undefined) resolve(true);
      else if (error.status === 401) resolve(false);
      else reject(new Error('express-oauth2-jwt-bearer failed without a verdict', { cause: error }));
    };
    (handler as (request: unknown, response: unknown, next: typeof settle) => void)(request, {}, settle);
  });
}
