import type { ClaimProblem, ClaimRules, TokenParts, TokenRule } from './claim-rules';
import {
  checkAge,
  checkAudience,
  checkExpiry,
  checkHost,
  checkIssuedAt,
  checkIssuer,
  checkLifetime,
  checkNames,
  checkNotBefore,
  checkParty,
  checkRoles,
  checkScopes,
  checkSubject,
  checkTimes,
} from './claims';
import { checkAudienceOfType, checkBinding, checkNoEvent, checkRequired, checkType } from './purpose';

/** Checked before the signature: the issuer, whose keys are needed, and times, which an engine may fail to read. */
export const RULES_BEFORE_SIGNATURE: readonly TokenRule[] = [
  { name: 'iss', says: 'is of the issuer', option: 'issuer', find: checkIssuer },
  { name: 'times', says: 'has an exp, and every time in it is a number', find: checkTimes },
];

/** Checked after the signature, in this order. */
export const RULES_AFTER_SIGNATURE: readonly TokenRule[] = [
  { name: 'names', says: 'has a well-formed sid, jti and azp where it has them', find: checkNames },
  { name: 'exp', says: 'has not expired', ofTimes: true, find: checkExpiry },
  { name: 'nbf', says: 'is valid already', ofTimes: true, find: checkNotBefore },
  { name: 'iat', says: 'was not issued in the future', ofTimes: true, find: checkIssuedAt },
  {
    name: 'lifetime',
    says: 'lives no longer than is allowed',
    option: 'maxTokenLifetime',
    ofTimes: true,
    find: checkLifetime,
  },
  {
    name: 'age',
    says: 'was issued not too long ago',
    option: 'maxTokenAge',
    ofTimes: true,
    find: checkAge,
  },
  { name: 'aud', says: 'is for the audience', option: 'audience', find: checkAudience },
  { name: 'azp', says: 'was issued to an authorized party', option: 'authorizedParties', find: checkParty },
  { name: 'sub', says: 'names a subject of 1 to 255 characters', find: checkSubject },
  { name: 'type', says: 'is of the type that is asked for', option: 'type', find: checkType },
  {
    name: 'at+jwt',
    says: 'is no at+jwt where no audience is asked for',
    option: 'audience',
    find: checkAudienceOfType,
  },
  { name: 'events', says: 'is no security event', find: checkNoEvent },
  { name: 'claims', says: 'has the claims that are asked for', option: 'claims', find: checkRequired },
  { name: 'cnf', says: 'is not bound to a key', find: checkBinding },
  { name: 'refuse', says: "keeps the host's own rule", option: 'refuse', find: checkHost },
];

/** Checked last: a host's own functions are called only with tokens that pass every other rule. */
export const RULES_OF_GRANTS: readonly TokenRule[] = [
  { name: 'scope', says: 'has a list of scopes where it has them', find: checkScopes },
  { name: 'roles', says: 'has a list of roles where they are looked for', option: 'roles', find: checkRoles },
];

/** Returns the problem with the first rule that a token breaks, or undefined. `now` in seconds since the epoch. */
export function findProblem(
  list: readonly TokenRule[],
  jws: TokenParts,
  rules: ClaimRules,
  now: number,
): ClaimProblem | undefined {
  for (const { find } of list) {
    const found = find(jws, rules, now);
    if (found) return found;
  }
  return undefined;
}
