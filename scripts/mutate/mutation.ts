import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One way to break the code, which the tests must notice. */
export interface Mutation {
  /** What goes wrong with it, as a sentence. */
  readonly breaks: string;
  /** Below the root. */
  readonly file: string;
  /** Must be there exactly once. */
  readonly search: string;
  readonly replace: string;
  /** Beginnings of the paths of the test files that should notice it. */
  readonly tests: readonly string[];
}

/** The broken text of the file. Throws when the mutation does not fit the code any more. */
export function mutated(root: string, { file, search, replace }: Mutation): string {
  const text = readFileSync(join(root, file), 'utf8');
  const [before = '', after, ...more] = text.split(search);
  if (after === undefined) throw new Error(`${file} does not hold ${JSON.stringify(search)}`);
  if (more.length > 0) throw new Error(`${file} holds ${JSON.stringify(search)} more than once`);
  return before + replace + after;
}

/** Why a mutation cannot be made, or undefined. */
export function misfit(root: string, mutation: Mutation): string | undefined {
  try {
    mutated(root, mutation);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
