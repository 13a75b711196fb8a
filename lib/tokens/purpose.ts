import { problem, type ClaimProblem, type ClaimRules, type TokenParts } from './claim-rules';
import { missingClaim } from './required-claims';
import { typeOf } from './token-type';

// Whether a token of the right issuer was made for this use: its kind, its required claims, and proof of possession.

export function checkType({ header }: TokenParts, { type }: ClaimRules): ClaimProblem | undefined {
  if (type !== undefined && typeOf(header) !== type)
    return problem('header', `The token's typ is not ${type}.`);
  return undefined;
}

/** An at+jwt token always has an audience (RFC 9068 section 2.2), so with `audience: null` it is for another API. */
export function checkAudienceOfType(
  { header }: TokenParts,
  { audience }: ClaimRules,
): ClaimProblem | undefined {
  if (audience === null && typeOf(header) === 'at+jwt') {
    return problem('header', 'An access token (typ at+jwt) is not accepted where no audience is asked for.');
  }
  return undefined;
}

export function checkRequired({ payload }: TokenParts, { required }: ClaimRules): ClaimProblem | undefined {
  const missing = missingClaim(payload, required);
  if (missing !== undefined) return problem('claims', `The token's ${missing} is not one that is accepted.`);
  return undefined;
}

/**
 * A security event or a logout token (RFC 8417 section 2.2) is not an access token, whatever its `typ`. The members of
 * its claim `events` are URIs: a claim of that name with other members may belong to an access token.
 */
export function checkNoEvent({ payload }: TokenParts): ClaimProblem | undefined {
  const events: unknown = Object.hasOwn(payload, 'events') ? payload['events'] : undefined;
  if (typeof events !== 'object' || events === null) return undefined;
  return Object.keys(events).some((name) => name.includes(':'))
    ? problem('claims', 'A security event is not an access token.')
    : undefined;
}

/** The sender of a bound token must prove that it holds the key (RFC 7800): as a bearer token it may be stolen. */
export function checkBinding(
  { payload }: TokenParts,
  { boundTokens }: Pick<ClaimRules, 'boundTokens'>,
): ClaimProblem | undefined {
  if (!boundTokens && Object.hasOwn(payload, 'cnf')) {
    return problem('proof', 'The token is bound to a key (cnf), and the request does not prove to hold it.');
  }
  return undefined;
}
