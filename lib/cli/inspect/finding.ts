import type { Outcome } from '../words/outcome';

/** What became of one rule. */
export interface Finding {
  readonly rule: string;
  readonly outcome: Outcome;
  /** With the token as its subject: "has not expired". */
  readonly says: string;
  /** Of a broken rule how, of one that was not judged what it lacks. */
  readonly why?: string;
}

export function isBroken({ outcome }: Finding): boolean {
  return outcome === 'broken';
}
