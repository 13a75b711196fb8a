import type { JwtPayload } from '../auth';
import { problem, type ClaimProblem, type ClaimRules } from './claim-rules';
import { findPurposeProblem } from './purpose';
import { readScopes } from './scopes';
import type { StrictJws } from './strict-jws';

type Claims = Readonly<Record<string, unknown>>;
type Check = (claims: Claims, rules: ClaimRules, now: number) => ClaimProblem | undefined;

/** NumericDate of RFC 7519 section 2, and finite. Asked before cryptography: an engine may stumble over any other. */
export function findTimeProblem(claims: Claims): ClaimProblem | undefined {
  for (const name of ['exp', 'nbf', 'iat']) {
    if (claims[name] !== undefined && !Number.isFinite(claims[name])) {
      return problem('claims', `The token's ${name} is not a number.`);
    }
  }
  return claims['exp'] === undefined ? problem('claims', 'The token does not expire (exp).') : undefined;
}

/** The first rule that a token of well-formed times breaks, or undefined. `now` in seconds. */
export function findClaimProblem(
  jws: Pick<StrictJws, 'header' | 'payload'>,
  rules: ClaimRules,
  now: number,
): ClaimProblem | undefined {
  for (const check of CHECKS) {
    const found = check(jws.payload, rules, now);
    if (found) return found;
  }
  return findPurposeProblem(jws, rules) ?? checkHost(jws, rules);
}

/**
 * Milliseconds since the epoch: before this, a token that is accepted now is not refused for its age. Without the
 * tolerance at `exp`: that is for clocks that differ, and not for using a token longer. Under
 * maxTokenAge a token without iat is not accepted.
 */
export function acceptedUntil(payload: JwtPayload, { maxTokenAge, clockTolerance }: ClaimRules): number {
  const { exp, iat } = payload as { exp: number; iat: number };
  const tooOld = maxTokenAge === undefined ? Infinity : iat + maxTokenAge + clockTolerance;
  return Math.min(exp, tooOld) * 1000;
}

const CHECKS: readonly Check[] = [checkTypes, checkTimes, checkAge, checkAudience, checkParty, checkSubject];

function checkTypes(claims: Claims): ClaimProblem | undefined {
  for (const name of ['sid', 'jti', 'azp']) {
    if (claims[name] !== undefined && !isName(claims[name])) {
      return problem('claims', `The token's ${name} is not a well-formed string.`);
    }
  }
  if (!readScopes(claims)) return problem('claims', "The token's scope is not a list of scopes.");
  return undefined;
}

/** `nbf` and `iat` in the future, `exp` in the past, each beyond the tolerance (RFC 7519 section 4.1). */
function checkTimes(claims: Claims, { clockTolerance }: ClaimRules, now: number): ClaimProblem | undefined {
  const { exp, nbf = now, iat = now } = claims as { exp: number; nbf?: number; iat?: number };
  if (exp <= now - clockTolerance) return problem('expired', 'The token has expired.');
  if (nbf > now + clockTolerance) return problem('not_yet_valid', 'The token is not valid yet.');
  if (iat > now + clockTolerance) return problem('not_yet_valid', 'The token was issued in the future.');
  return undefined;
}

function checkAge(claims: Claims, rules: ClaimRules, now: number): ClaimProblem | undefined {
  const { exp, iat } = claims as { exp: number; iat?: number };
  if (exp - (iat ?? now) > rules.maxTokenLifetime) {
    return problem('claims', 'The token lives longer than revocations are kept.');
  }
  if (rules.maxTokenAge === undefined) return undefined;
  if (iat === undefined) return problem('too_old', 'The token does not say when it was issued (iat).');
  return now - iat > rules.maxTokenAge + rules.clockTolerance
    ? problem('too_old', 'The token was issued too long ago.')
    : undefined;
}

function checkAudience({ aud }: Claims, { audience }: ClaimRules): ClaimProblem | undefined {
  const members: unknown = typeof aud === 'string' ? [aud] : aud;
  const listed = Array.isArray(members) && members.every((member) => typeof member === 'string');
  if (aud !== undefined && !listed)
    return problem('audience', "The token's aud is not a string or a list of strings.");
  if (audience === null) return undefined;
  return listed && members.some((member) => audience.has(member))
    ? undefined
    : problem('audience', 'The token was issued for another audience.');
}

function checkParty({ azp }: Claims, { authorizedParties }: ClaimRules): ClaimProblem | undefined {
  if (!authorizedParties || (typeof azp === 'string' && authorizedParties.has(azp))) return undefined;
  return problem('authorized_party', 'The token was issued to another party (azp).');
}

function checkSubject({ sub }: Claims): ClaimProblem | undefined {
  return isName(sub) && sub.length <= 255 && sub.trim() !== ''
    ? undefined
    : problem('subject', "The token's sub is not a string of 1 to 255 characters.");
}

function checkHost(
  { header, payload }: Pick<StrictJws, 'header' | 'payload'>,
  { refuse }: ClaimRules,
): ClaimProblem | undefined {
  const detail = refuse?.(payload, header);
  return detail === undefined ? undefined : problem('claims', detail);
}

/** Well-formed Unicode: MongoDB, for one, takes two lone surrogates for the same key. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.isWellFormed() && !/\p{Cc}/u.test(value);
}
