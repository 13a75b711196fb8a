import type { JwtHeader } from '../auth';
import { InvalidTokenError } from '../errors';
import { isAlgorithm, type Algorithm } from '../keys/algorithms';

/** What `typ` says: a JWT of no further kind, or an access token of RFC 9068. */
export type TokenType = 'JWT' | 'at+jwt';

/** `application/` may be left out of a media type (RFC 7515 section 4.1.9), and its case does not matter. */
const TYPES: ReadonlyMap<unknown, TokenType> = new Map([
  ['jwt', 'JWT'],
  ['application/jwt', 'JWT'],
  ['at+jwt', 'at+jwt'],
  ['application/at+jwt', 'at+jwt'],
]);
/** Each changes how the rest must be read (RFC 7515 section 4.1.11, RFC 7797, RFC 7516), and none is understood here. */
const REFUSED_PARAMETERS = ['crit', 'b64', 'enc'];

/** What of a header decides how to verify; `jku`, `x5u`, `jwk` and `x5c` name the attacker's keys and are never read. */
export function checkHeader(
  header: JwtHeader,
  allowed: ReadonlySet<Algorithm>,
): { readonly alg: Algorithm; readonly kid: string } {
  const { alg, kid, typ } = header as Record<string, unknown>;
  if (!isAlgorithm(alg) || !allowed.has(alg)) {
    throw new InvalidTokenError('algorithm', "The token's algorithm is not allowed.");
  }
  if (typeof kid !== 'string' || kid === '') {
    throw new InvalidTokenError('header', 'The token does not name its key (kid).');
  }
  if (typ !== undefined && typeOf(header) === undefined) {
    throw new InvalidTokenError('header', "The token's typ is not that of an access token.");
  }
  const refused = REFUSED_PARAMETERS.find((parameter) => Object.hasOwn(header, parameter));
  if (refused)
    throw new InvalidTokenError('header', `The token's header parameter ${refused} is not supported.`);
  return { alg, kid };
}

/** Undefined for a header without `typ`, and for a `typ` that `checkHeader` refuses. */
export function typeOf(header: JwtHeader): TokenType | undefined {
  const { typ } = header as Record<string, unknown>;
  return typeof typ === 'string' ? TYPES.get(typ.toLowerCase()) : undefined;
}
