import type { JwtPayload } from '../auth';
import { mismatch, problem, type ClaimProblem, type ClaimRules, type TokenParts } from './claim-rules';
import { isProblem } from './grants';

type Claims = Readonly<Record<string, unknown>>;
type Found = ClaimProblem | undefined;
type Tolerant = Pick<ClaimRules, 'clockTolerance'>;

export function checkIssuer({ payload }: TokenParts, { names }: Pick<ClaimRules, 'names'>): Found {
  return names.of(payload) === undefined
    ? mismatch('unknown_issuer', 'The token is of another issuer.', names.expected, names.received(payload))
    : undefined;
}

/** Times must be finite numbers (NumericDate, RFC 7519 section 2), and `exp` is required. */
export function checkTimes(jws: TokenParts): Found {
  const claims: Claims = jws.payload;
  const wrong = checkNumbers(jws);
  if (wrong) return wrong;
  return claims['exp'] === undefined ? problem('claims', 'The token does not expire (exp).') : undefined;
}

/** The same for tokens that may have no `exp`. */
export function checkNumbers({ payload }: TokenParts): Found {
  const claims: Claims = payload;
  for (const name of ['exp', 'nbf', 'iat']) {
    if (claims[name] !== undefined && !Number.isFinite(claims[name])) {
      return problem('claims', `The token's ${name} is not a number.`);
    }
  }
  return undefined;
}

/**
 * Returns milliseconds since the epoch: until then, a token that is accepted now is not refused for its age. `exp`
 * counts without the clock tolerance, which is for clocks that differ and not for using a token longer. With
 * `maxTokenAge`, a token without `iat` has been refused before.
 */
export function acceptedUntil(payload: JwtPayload, { maxTokenAge, clockTolerance }: ClaimRules): number {
  const { exp, iat } = payload as { exp: number; iat: number };
  const tooOld = maxTokenAge === undefined ? Infinity : iat + maxTokenAge + clockTolerance;
  return Math.min(exp, tooOld) * 1000;
}

/** Null and "" count as absent, since issuers write them where there is no session; no revocation matches them. */
export function checkNames({ payload }: TokenParts): Found {
  const claims: Claims = payload;
  for (const name of ['sid', 'jti', 'azp']) {
    if (!isAbsent(claims[name]) && !isName(claims[name])) {
      return problem('claims', `The token's ${name} is not a well-formed string.`);
    }
  }
  return undefined;
}

export function checkScopes({ payload }: TokenParts, { scopes }: ClaimRules): Found {
  const read = scopes(payload);
  return isProblem(read) ? read : undefined;
}

export function checkRoles({ payload }: TokenParts, { roles }: ClaimRules): Found {
  const read = roles(payload);
  return isProblem(read) ? read : undefined;
}

/** Refuses only beyond the clock tolerance, as the checks of `nbf` and `iat` below do (RFC 7519 section 4.1). */
export function checkExpiry({ payload }: TokenParts, { clockTolerance }: Tolerant, now: number): Found {
  const { exp } = payload as Times;
  if (exp <= now - clockTolerance) return problem('expired', 'The token has expired.');
  return undefined;
}

export function checkNotBefore({ payload }: TokenParts, { clockTolerance }: Tolerant, now: number): Found {
  const { nbf = now } = payload;
  if (nbf > now + clockTolerance) return problem('not_yet_valid', 'The token is not valid yet.');
  return undefined;
}

export function checkIssuedAt({ payload }: TokenParts, { clockTolerance }: Tolerant, now: number): Found {
  const { iat = now } = payload;
  if (iat > now + clockTolerance) return problem('not_yet_valid', 'The token was issued in the future.');
  return undefined;
}

export function checkLifetime({ payload }: TokenParts, rules: ClaimRules, now: number): Found {
  const { exp, iat = now } = payload as Times;
  return rules.maxTokenLifetime !== undefined && exp - iat > rules.maxTokenLifetime
    ? problem('claims', 'The token lives longer than is accepted (from iat to exp).')
    : undefined;
}

export function checkAge({ payload }: TokenParts, rules: ClaimRules, now: number): Found {
  const { iat } = payload;
  if (rules.maxTokenAge === undefined) return undefined;
  if (iat === undefined) return problem('too_old', 'The token does not say when it was issued (iat).');
  return now - iat > rules.maxTokenAge + rules.clockTolerance
    ? problem('too_old', 'The token was issued too long ago.')
    : undefined;
}

export function checkAudience({ payload }: TokenParts, { audience }: Pick<ClaimRules, 'audience'>): Found {
  const { aud }: Claims = payload;
  const members: unknown = typeof aud === 'string' ? [aud] : aud;
  const listed = Array.isArray(members) && members.every((member) => typeof member === 'string');
  if (aud !== undefined && aud !== null && !listed)
    return problem('audience', "The token's aud is not a string or a list of strings.");
  if (audience === null || (listed && members.some((member) => audience.has(member)))) return undefined;
  const expected = [...audience].join(', ');
  return mismatch('audience', 'The token was issued for another audience.', expected, aud);
}

export function checkParty({ payload }: TokenParts, { authorizedParties }: ClaimRules): Found {
  const { azp }: Claims = payload;
  if (!authorizedParties || (typeof azp === 'string' && authorizedParties.has(azp))) return undefined;
  return problem('authorized_party', 'The token was issued to another party (azp).');
}

export function checkSubject({ payload }: TokenParts): Found {
  const { sub }: Claims = payload;
  return isName(sub) && sub.length <= 255 && sub.trim() !== ''
    ? undefined
    : problem('subject', "The token's sub is not a string of 1 to 255 characters.");
}

export function checkHost({ header, payload }: TokenParts, { refuse }: ClaimRules): Found {
  const detail = refuse?.(payload, header);
  return detail === undefined ? undefined : problem('claims', detail);
}

/** The times of a payload that `checkTimes` has accepted. */
interface Times {
  readonly exp: number;
  readonly iat?: number;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** Must be well-formed Unicode, since stores such as MongoDB take two different lone surrogates for the same key. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.isWellFormed() && !/\p{Cc}/u.test(value);
}
