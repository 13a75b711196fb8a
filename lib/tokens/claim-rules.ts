import type { JwtHeader, JwtPayload } from '../auth';
import type { InvalidTokenReason } from '../errors';
import type { TokenType } from './header';
import type { RequiredClaims } from './required-claims';

/** A host's further rule: why the token is refused, in words for the caller, or undefined. */
export type Refuse = (payload: JwtPayload, header: JwtHeader) => string | undefined;

/** What one issuer's tokens must say. */
export interface ClaimRules {
  /** Character by character. */
  readonly issuer: string;
  /** One of these; null: not asked. */
  readonly audience: ReadonlySet<string> | null;
  /** One of these as `azp`; undefined: not asked. */
  readonly authorizedParties: ReadonlySet<string> | undefined;
  /** What `typ` must say; undefined: either, or nothing. */
  readonly type: TokenType | undefined;
  /** Each named claim must be, or contain, one of its values. */
  readonly required: RequiredClaims;
  /** Seconds. */
  readonly clockTolerance: number;
  /** Seconds since `iat`; undefined: not asked. */
  readonly maxTokenAge: number | undefined;
  /** Seconds from `iat` to `exp`: a revocation is kept this long, so no token may live longer. */
  readonly maxTokenLifetime: number;
  readonly refuse: Refuse | undefined;
}

export interface ClaimProblem {
  readonly reason: InvalidTokenReason;
  readonly detail: string;
}

export function problem(reason: InvalidTokenReason, detail: string): ClaimProblem {
  return { reason, detail };
}
