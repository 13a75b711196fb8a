import type { Paint } from './paint';

export type Outcome = 'passed' | 'broken' | 'not_judged';

const WORDS = {
  passed: { text: 'passed    ', color: 'green' },
  broken: { text: 'broken    ', color: 'red' },
  not_judged: { text: 'not judged', color: 'yellow' },
} as const;

/** All outcomes have the same width. */
export function outcomeWord(outcome: Outcome, paint: Paint): string {
  const { text, color } = WORDS[outcome];
  return paint(color, text);
}
