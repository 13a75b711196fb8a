import type { RequestHandler } from 'express';
import { auth, type AuthOptions } from 'express-oauth2-jwt-bearer';
import type { TestIssuer } from 'sallyport/testing';

/**
 * express-oauth2-jwt-bearer as its users mount it, for the tokens of a test issuer. What is left out it takes from JWKS_URI,
 * SECRET and the like, so every option that has a variable is spelled.
 */
export function libraryAuth(issuer: TestIssuer, options: AuthOptions = {}): RequestHandler {
  return auth({
    issuer: issuer.issuer,
    audience: String(issuer.audience),
    publicKey: issuer.jwks() as never,
    issuerBaseURL: '',
    jwksUri: '',
    secret: '',
    tokenSigningAlg: '',
    ...options,
  });
}
