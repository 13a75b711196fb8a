import type { JwtHeader, JwtPayload } from '../../auth';
import { InvalidTokenError } from '../../errors';
import type { KeySource } from '../../keys/key-source';
import type { ClaimProblem, RuleOption, TokenRule } from '../../tokens/claim-rules';
import { HEADER_RULES } from '../../tokens/header';
import { jwtRules, type JwtRules, type JwtVerifierOptions } from '../../tokens/jwt-verifier-options';
import { RULES_AFTER_SIGNATURE, RULES_BEFORE_SIGNATURE, RULES_OF_GRANTS } from '../../tokens/rules';
import { parseStrictJws, type StrictJws } from '../../tokens/strict-jws';
import type { GivenOptions } from '../given-options';
import { FLAGS } from '../issuer-options';
import { guess } from '../token-input';
import { UsageError } from '../usage-error';
import { askVerifier, NO_KEYS, type Verdict } from './ask-verifier';
import { isBroken, type Finding } from './finding';
import { keyFindings } from './key-findings';
import { leniently } from './leniently';

export interface Judgement {
  readonly header: JwtHeader | undefined;
  readonly payload: JwtPayload | undefined;
  readonly findings: readonly Finding[];
  /** The verifier's decision under these options; undefined if an option that it needs, or the keys, are missing. */
  readonly accepted: boolean | undefined;
  /** Why the keys could not be read. */
  readonly keysFailure: unknown;
}

export interface JudgedBy {
  readonly given: GivenOptions;
  /** Undefined if there is no issuer or file to read keys from. */
  readonly keys: KeySource | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const FORM = { rule: 'form', says: 'is a compact JWS in canonical form' };

/**
 * Checks every rule of the verifier, and runs the verifier itself. Throws a `UsageError` for options that contradict
 * each other.
 */
export async function judgeToken(token: string, by: JudgedBy): Promise<Judgement> {
  let jws: StrictJws;
  try {
    jws = parseStrictJws(token);
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error;
    const why = guess(token) ?? error.detail;
    const findings: Finding[] = [{ ...FORM, outcome: 'broken', why }];
    return { ...leniently(token), findings, accepted: false, keysFailure: undefined };
  }
  const options = verifierOptions(jws, by);
  const rules = checked(options);
  const verdict = await askVerifier(token, options);
  const early = [...headerFindings(jws, rules), ...claimFindings(RULES_BEFORE_SIGNATURE, jws, rules, by)];
  const listed: Finding[] = [
    { ...FORM, outcome: 'passed' },
    ...early,
    ...keyFindings(verdict, { hasKeys: by.keys !== undefined, isReached: !early.some(isBroken) }),
    ...claimFindings([...RULES_AFTER_SIGNATURE, ...RULES_OF_GRANTS], jws, rules, by),
  ];
  const findings = listed.some(isBroken) ? listed : [...listed, ...unlisted(verdict)];
  return {
    header: jws.header,
    payload: jws.payload,
    findings,
    accepted: findings.some(isBroken) ? false : isAccepted(verdict, by.given),
    keysFailure: by.keys && verdict.keysFailure,
  };
}

/**
 * Options that are not given get values that accept every token; the rules that need them are reported as not checked.
 */
function verifierOptions({ payload }: StrictJws, { given, keys, now }: JudgedBy): JwtVerifierOptions {
  const { iss }: Readonly<Record<string, unknown>> = payload;
  const issuer = typeof iss === 'string' && iss !== '' ? iss : 'unknown';
  return { issuer, audience: null, ...given, keys: keys ?? NO_KEYS, now };
}

function checked(options: JwtVerifierOptions): JwtRules {
  try {
    return jwtRules(options);
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message.replace(/^jwtVerifier: /, ''));
    throw error;
  }
}

function headerFindings({ header }: StrictJws, { algorithms }: JwtRules): Finding[] {
  return HEADER_RULES.map(({ name, says, find }) => finding(name, says, find(header, algorithms)));
}

function claimFindings(
  list: readonly TokenRule[],
  jws: StrictJws,
  { claims, now }: JwtRules,
  { given }: JudgedBy,
): Finding[] {
  const seconds = Math.floor(now() / 1000);
  const hasTimes = RULES_BEFORE_SIGNATURE.every(
    ({ name, find }) => name !== 'times' || !find(jws, claims, seconds),
  );
  return list
    .filter(({ option }) => option === undefined || isGiven(given, option) || FLAGS[option] !== undefined)
    .map(({ name, says, option, ofTimes, find }) => {
      if (option !== undefined && !isGiven(given, option))
        return { rule: name, says, outcome: 'not_judged', why: `give ${String(FLAGS[option])}` };
      if (ofTimes && !hasTimes)
        return { rule: name, says, outcome: 'not_judged', why: 'exp, nbf or iat is not valid' };
      return finding(name, says, find(jws, claims, seconds));
    });
}

function isGiven(given: GivenOptions, option: RuleOption): boolean {
  return given[option] !== undefined;
}

function finding(rule: string, says: string, problem: ClaimProblem | undefined): Finding {
  return problem ? { rule, says, outcome: 'broken', why: problem.detail } : { rule, says, outcome: 'passed' };
}

/** A refusal that none of the listed rules explains. */
function unlisted({ refusal }: Verdict): Finding[] {
  return refusal
    ? [{ rule: 'verifier', says: 'is accepted by the verifier', outcome: 'broken', why: refusal.detail }]
    : [];
}

function isAccepted({ accepted }: Verdict, { issuer, audience }: GivenOptions): true | undefined {
  return accepted && issuer !== undefined && audience !== undefined ? true : undefined;
}
