import type { Extractor } from '../credentials/extractor';
import { onlyHeader } from '../credentials/raw-header';
import { InvalidRequestError } from '../errors';
import { InvalidDpopProofError } from './errors';

const SCHEME = /^dpop(?![!#$%&'*+.^_`|~0-9a-z-])/i;
const DPOP = /^dpop +([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * Takes a token under the scheme DPoP, with the proof of the DPoP header (RFC 9449 section 7.1). `possession` verifies
 * the proof.
 *
 * @example
 * const token = jwtVerifier({ issuer, audience, boundTokens: true });
 * const keys = apiKeyVerifier({ keys: memoryApiKeys() });
 * authenticate({
 *   credentials: [bearer(), dpopToken(), apiKey()],
 *   verifier: byKind({ token, 'api-key': keys }),
 *   possession: possession({ dpop: true, replays }),
 * });
 *
 * @throws {InvalidRequestError} 400 for a malformed token, or a header that was sent twice.
 * @throws {InvalidDpopProofError} 401 where no proof came with the token.
 */
export function dpopToken(): Extractor {
  return function extractDpopToken(request) {
    const value = onlyHeader(request, 'authorization');
    if (value === undefined || !SCHEME.test(value)) return undefined;
    const token = DPOP.exec(value)?.[1];
    if (token === undefined) throw new InvalidRequestError('The DPoP-bound token is malformed.');
    const proof = onlyHeader(request, 'dpop');
    if (proof === undefined) throw new InvalidDpopProofError('No DPoP proof came with the token.');
    return { kind: 'token', credential: token, dpopProof: proof };
  };
}
