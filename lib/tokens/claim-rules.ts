import type { JwtHeader, JwtPayload } from '../auth';
import type { InvalidTokenReason, Mismatch } from '../errors';
import { excerpt } from '../excerpt';
import type { IssuerNames } from './issuer-names';
import type { RequiredClaims } from './required-claims';
import type { StrictJws } from './strict-jws';
import type { TokenType } from './token-type';

/** A host's further rule: why the token is refused, in words for the caller, or undefined. */
export type Refuse = (payload: JwtPayload, header: JwtHeader) => string | undefined;

/** A frozen list, or why the token is refused. Throws where a host's function is at fault. */
export type ReadGrants = (payload: JwtPayload) => readonly string[] | ClaimProblem;

/** What one issuer's tokens must say. */
export interface ClaimRules {
  readonly names: IssuerNames;
  /** One of these; null: not asked. */
  readonly audience: ReadonlySet<string> | null;
  /** One of these as `azp`; undefined: not asked. */
  readonly authorizedParties: ReadonlySet<string> | undefined;
  /** What `typ` must say; undefined: either, or nothing. */
  readonly type: TokenType | undefined;
  /** Each named claim must be, or contain, one of its values. */
  readonly required: RequiredClaims;
  /** Whether a token that is bound to a key is for another to judge. */
  readonly boundTokens: boolean;
  /** Seconds. */
  readonly clockTolerance: number;
  /** Seconds since `iat`; undefined: not asked. */
  readonly maxTokenAge: number | undefined;
  /** Seconds from `iat` to `exp`; undefined: not asked. */
  readonly maxTokenLifetime: number | undefined;
  readonly refuse: Refuse | undefined;
  readonly scopes: ReadGrants;
  readonly roles: ReadGrants;
}

/** What a rule looks at. */
export type TokenParts = Pick<StrictJws, 'header' | 'payload'>;

export type RuleOption =
  | 'issuer'
  | 'audience'
  | 'authorizedParties'
  | 'claims'
  | 'type'
  | 'maxTokenAge'
  | 'maxTokenLifetime'
  | 'refuse'
  | 'roles';

/** One thing that a token must be or say. The verifier asks them in turn; `sallyport inspect` lists them all. */
export interface TokenRule {
  readonly name: string;
  /** For people, with the token as its subject: "has not expired". */
  readonly says: string;
  /** The option of `jwtVerifier` without which it asks nothing, or less. */
  readonly option?: RuleOption;
  /** Has a meaning only for times that are numbers. */
  readonly ofTimes?: true;
  /** Undefined where the token keeps the rule. `now` in seconds. */
  readonly find: (jws: TokenParts, rules: ClaimRules, now: number) => ClaimProblem | undefined;
}

export interface ClaimProblem {
  readonly reason: InvalidTokenReason;
  readonly detail: string;
  readonly mismatch?: Mismatch;
}

export function problem(reason: InvalidTokenReason, detail: string): ClaimProblem {
  return { reason, detail };
}

/** What the host's log may show of a wrong value, and the caller is not told. */
export function mismatch(
  reason: InvalidTokenReason,
  detail: string,
  expected: string,
  received: unknown,
): ClaimProblem {
  const found = excerpt(received);
  const shown = { expected: excerpt(expected) ?? '', ...(found !== undefined && { received: found }) };
  return { reason, detail, mismatch: shown };
}
