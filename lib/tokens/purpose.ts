import { problem, type ClaimProblem, type ClaimRules } from './claim-rules';
import { typeOf } from './header';
import { missingClaim } from './required-claims';
import type { StrictJws } from './strict-jws';

/** Whether a token of the right issuer was made for this use: its kind, the claims that pin it, and how it is proven. */
export function findPurposeProblem(
  { header, payload }: Pick<StrictJws, 'header' | 'payload'>,
  { audience, type, required }: ClaimRules,
): ClaimProblem | undefined {
  const found = typeOf(header);
  if (type !== undefined && found !== type) {
    return problem('header', `The token's typ is not ${type}.`);
  }
  // RFC 9068 section 2.2: an access token of this type names its audience, so here it is somebody else's.
  if (audience === null && found === 'at+jwt') {
    return problem('header', 'An access token (typ at+jwt) is not accepted where no audience is asked for.');
  }
  const missing = missingClaim(payload, required);
  if (missing !== undefined) return problem('claims', `The token's ${missing} is not one that is accepted.`);
  // RFC 7800: whoever sends this token must also prove to hold a key, so as a plain bearer token it may be stolen.
  if (Object.hasOwn(payload, 'cnf')) {
    return problem('proof', 'The token is bound to a key (cnf), and the request does not prove to hold it.');
  }
  return undefined;
}
