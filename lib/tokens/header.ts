import type { JwtHeader } from '../auth';
import { InvalidTokenError } from '../errors';
import { isAlgorithm, type Algorithm } from '../keys/algorithms';

const TYPES = new Set(['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt']);
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
  if (typ !== undefined && !(typeof typ === 'string' && TYPES.has(typ.toLowerCase()))) {
    throw new InvalidTokenError('header', "The token's typ is not that of an access token.");
  }
  const refused = REFUSED_PARAMETERS.find((parameter) => Object.hasOwn(header, parameter));
  if (refused)
    throw new InvalidTokenError('header', `The token's header parameter ${refused} is not supported.`);
  return { alg, kid };
}
