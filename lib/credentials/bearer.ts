import { InvalidRequestError } from '../errors';
import type { Extractor } from './extractor';
import { onlyHeader } from './raw-header';

const SCHEME = /^bearer(?![!#$%&'*+.^_`|~0-9a-z-])/i;
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * Reads a bearer token from the Authorization header only (RFC 6750 section 2.1): sections 2.2 (body) and 2.3 (query)
 * leak tokens into logs and browser histories. Another scheme, such as Basic, counts as no credential.
 *
 * @example
 * authenticate({ credentials: [bearer()], verifier: byKind({ token: verifier, 'api-key': verifier }) });
 */
export function bearer(): Extractor {
  return function extractBearer(request) {
    const value = onlyHeader(request, 'authorization');
    if (value === undefined || !SCHEME.test(value)) return undefined;
    const token = BEARER.exec(value)?.[1];
    if (token === undefined) throw new InvalidRequestError('The bearer token is malformed.');
    return { kind: 'token', credential: token };
  };
}
