import type { Outcome } from '../words/outcome';

/** What became of one rule. */
export interface Finding {
  readonly rule: string;
  readonly outcome: Outcome;
  /** With the token as its subject: "has not expired". */
  readonly says: string;
  /** For a broken rule: how it is broken. For a rule that was not checked: which option is missing. */
  readonly why?: string;
}

export function isBroken({ outcome }: Finding): boolean {
  return outcome === 'broken';
}
