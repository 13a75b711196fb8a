import type { Outcome } from '../words/outcome';
import type { Remedy } from '../words/remedy';

/** The result of one check. */
export interface Check extends Remedy {
  readonly check: string;
  readonly outcome: Outcome;
  /** Details, one line each. */
  readonly list?: readonly string[];
}

export function passed(check: string, says: string): Check {
  return { check, outcome: 'passed', says };
}

export function broken(check: string, remedy: Remedy): Check {
  return { check, outcome: 'broken', ...remedy };
}

export function notJudged(check: string, says: string): Check {
  return { check, outcome: 'not_judged', says };
}
