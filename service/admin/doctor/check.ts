/** The result of one check, as sentences. `mend`: how to fix it, only if something is wrong. */
export interface Check {
  readonly check: string;
  readonly outcome: 'passed' | 'broken' | 'not_judged';
  readonly says: string;
  readonly mend?: string;
}

export function passed(check: string, says: string): Check {
  return { check, outcome: 'passed', says };
}

export function broken(check: string, says: string, mend?: string): Check {
  return { check, outcome: 'broken', says, ...(mend !== undefined && { mend }) };
}

export function notJudged(check: string, says: string): Check {
  return { check, outcome: 'not_judged', says };
}
