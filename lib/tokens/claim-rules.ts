import type { JwtHeader, JwtPayload } from '../auth';
import type { InvalidTokenReason, Mismatch } from '../errors';
import { excerpt } from '../excerpt';
import type { IssuerNames } from './issuer-names';
import type { RequiredClaims } from './required-claims';
import type { StrictJws } from './strict-jws';
import type { TokenType } from './token-type';

/** A further rule of the host: returns the detail of a refusal, which the caller gets, or undefined to accept. */
export type Refuse = (payload: JwtPayload, header: JwtHeader) => string | undefined;

/** Returns a frozen list, or why the token is refused. Throws `InternalError` (500) where a host's function fails. */
export type ReadGrants = (payload: JwtPayload) => readonly string[] | ClaimProblem;

/** The rules for the tokens of one issuer. */
export interface ClaimRules {
  readonly names: IssuerNames;
  /** `aud` must contain one of these; null: not checked. */
  readonly audience: ReadonlySet<string> | null;
  /** `azp` must be one of these; undefined: not checked. */
  readonly authorizedParties: ReadonlySet<string> | undefined;
  /** The required `typ`; undefined: either, or none. */
  readonly type: TokenType | undefined;
  /** Each named claim must be, or contain, one of its values. */
  readonly required: RequiredClaims;
  /** Whether tokens that are bound to a key (`cnf`) are accepted here, since possession is checked later. */
  readonly boundTokens: boolean;
  /** Seconds. */
  readonly clockTolerance: number;
  /** Greatest number of seconds since `iat`; undefined: not checked. */
  readonly maxTokenAge: number | undefined;
  /** Greatest number of seconds from `iat` to `exp`; undefined: not checked. */
  readonly maxTokenLifetime: number | undefined;
  readonly refuse: Refuse | undefined;
  readonly scopes: ReadGrants;
  readonly roles: ReadGrants;
}

/** The parts of a token that rules read. */
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

/** One rule for tokens. The verifier stops at the first that a token breaks; `sallyport inspect` lists them all. */
export interface TokenRule {
  readonly name: string;
  /** The rule as text, with the token as its subject: "has not expired". */
  readonly says: string;
  /** The option of `jwtVerifier` without which the rule checks nothing, or less. */
  readonly option?: RuleOption;
  /** The rule can be checked only if the times of the token are numbers. */
  readonly ofTimes?: true;
  /** Returns undefined if the token satisfies the rule. `now` in seconds since the epoch. */
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

/** A problem with excerpts of the expected and the received value: for the host's log, not for the caller. */
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
