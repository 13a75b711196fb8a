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
 * The default engine: calls express-oauth2-jwt-bearer with a synthetic request. Each key and algorithm has a handler of
 * its own, so that issuers never share a `kid` or an imported key; a rotated key gets a new handler. `Ed25519`
 * (RFC 9864), which the library does not support, is verified by `nodeCrypto()`.
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
      // The library supports only the older name, EdDSA (RFC 8037), and the name cannot be replaced: it is signed.
      if (alg === 'Ed25519') return ed25519.verify(jws, key, alg);
      return accepts(handlerFor(key, alg), jws);
    },
  };
}

/**
 * Every option is set: the library reads one that is left out from the environment. The issuer is checked before, and
 * not here: with `tenants: 'any'` a key has an unlimited number of issuers, and each would need a handler. Times are
 * checked in claims.ts, so that an expired token with a valid signature can be told from a forged one: hence the
 * validators set to false, and the infinite clock tolerance.
 */
function options(key: VerificationKey, alg: Algorithm): Options {
  return {
    issuer: 'judged before',
    // One key, not a JWK Set: in a set the library looks up the key again for each token.
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

/** What the library reads of a request besides the Authorization header. */
const REQUEST = {
  method: 'GET',
  protocol: 'https',
  url: '/',
  get: () => 'engine.invalid',
  is: () => false,
};

/** A 401 of the library means that the signature is invalid; any other error is a bug, not a statement on the token. */
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
