import type { Outcome } from '../words/outcome';

/** The result of one rule. */
export interface Finding {
  readonly rule: string;
  readonly outcome: Outcome;
  /** A predicate of the token, such as "has not expired". */
  readonly says: string;
  /** For a broken rule: how it is broken. For a rule that was not checked: the reason, such as the missing option. */
  readonly why?: string;
}

export function isBroken({ outcome }: Finding): boolean {
  return outcome === 'broken';
}
