import { problem, type ClaimProblem, type ClaimRules, type TokenParts } from './claim-rules';
import { missingClaim } from './required-claims';
import { typeOf } from './token-type';

// Whether a token of the right issuer was made for this use: its kind, its required claims, and proof of possession.

export function checkType({ header }: TokenParts, { type }: ClaimRules): ClaimProblem | undefined {
  if (type !== undefined && typeOf(header) !== type)
    return problem('header', `The token's typ is not ${type}.`);
  return undefined;
}

/** RFC 9068 section 2.2: an at+jwt token always has an audience, so where `audience` is null it is meant for another API. */
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
 * A security event or a logout token (RFC 8417 section 2.2) is not an access token, whatever its `typ`. Events
 * are named by URIs: a claim of the same name with other members may be an access token's own.
 */
export function checkNoEvent({ payload }: TokenParts): ClaimProblem | undefined {
  const events: unknown = Object.hasOwn(payload, 'events') ? payload['events'] : undefined;
  if (typeof events !== 'object' || events === null) return undefined;
  return Object.keys(events).some((name) => name.includes(':'))
    ? problem('claims', 'A security event is not an access token.')
    : undefined;
}

/** RFC 7800: the sender of this token must prove that it holds a key. Sent as a plain bearer token, it may be stolen. */
export function checkBinding(
  { payload }: TokenParts,
  { boundTokens }: Pick<ClaimRules, 'boundTokens'>,
): ClaimProblem | undefined {
  if (!boundTokens && Object.hasOwn(payload, 'cnf')) {
    return problem('proof', 'The token is bound to a key (cnf), and the request does not prove to hold it.');
  }
  return undefined;
}
