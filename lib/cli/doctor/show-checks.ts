import { outcomeWord } from '../words/outcome';
import type { Paint } from '../words/paint';
import { sentence } from '../words/remedy';
import { safeText } from '../words/safe-text';
import type { Check } from './check';

/** Output for people. */
export function shownChecks(checks: readonly Check[], paint: Paint): string {
  const width = Math.max(...checks.map(({ check }) => check.length));
  const lines = checks.flatMap(({ check, outcome, list = [], ...remedy }) => {
    const indent = ' '.repeat(width + 16);
    return [
      `  ${outcomeWord(outcome, paint)}  ${check.padEnd(width)}  ${safeText(sentence(remedy))}`,
      ...list.map((line) => indent + safeText(line)),
    ];
  });
  const wrong = checks.filter(({ outcome }) => outcome === 'broken').length;
  const summary =
    wrong === 0
      ? paint('green', 'Nothing wrong was found.')
      : paint('red', `${wrong === 1 ? 'One thing is' : `${String(wrong)} things are`} wrong.`);
  return [...lines, '', summary, ''].join('\n');
}
