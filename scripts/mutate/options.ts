import type { Mutation } from './mutation';
import { mutations } from './mutations';

export interface Options {
  readonly selected: readonly Mutation[];
  readonly action: 'run' | 'list' | 'help';
}

export const HELP = `npm run mutate -- [--only PATTERN] [--list] [--help]

Breaks lib and service in ${String(mutations.length)} places, one at a time, in a copy of this tree, and runs the tests that should
notice. Ends with 1 when one is not noticed, or does not fit the code any more.

  --only PATTERN  those whose sentence or file holds this text (a regular expression, any case)
  --list          names them and runs nothing
`;

/** Throws for what is no option. */
export function readOptions(args: readonly string[]): Options {
  let selected: readonly Mutation[] = mutations;
  let action: Options['action'] = 'run';
  const rest = [...args];
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (name === '--only') selected = only(rest.shift());
    else if (name === '--list') action = 'list';
    else if (name === '--help') action = 'help';
    else throw new Error(`There is no option ${name}.\n\n${HELP}`);
  }
  return { selected, action };
}

function only(pattern: string | undefined): readonly Mutation[] {
  if (pattern === undefined) throw new Error('--only takes a pattern.');
  const wanted = new RegExp(pattern, 'i');
  const found = mutations.filter(({ breaks, file }) => wanted.test(breaks) || wanted.test(file));
  if (found.length === 0) throw new Error(`No mutation is called ${pattern}; see --list.`);
  return found;
}
