import { parseArgs } from 'node:util';
import type { Command, Given } from './command';

/** The command line is wrong: exit code 2. The message never repeats a value, which may be a secret. */
export class UsageError extends Error {}

const LONGEST_NAME = 40;

/** Reads the options of a command. Throws a `UsageError` for one that is unknown, repeated, incomplete or a secret. */
export function readOptions(args: readonly string[], { options }: Pick<Command, 'options'>): Given {
  const known: Readonly<Record<string, 'value' | 'flag'>> = { ...options, json: 'flag', help: 'flag' };
  const types = Object.entries(known).map(
    ([name, kind]) =>
      [name, { type: kind === 'value' ? ('string' as const) : ('boolean' as const) }] as const,
  );
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(types),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') throw new UsageError(notAnOption(token.value));
    const { name, value } = token;
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) throw new UsageError(unknown(name, Object.keys(options)));
    if (given.has(name)) throw new UsageError(`--${name} is given twice.`);
    if (kind === 'flag' && value !== undefined) throw new UsageError(`--${name} takes no value.`);
    const missing = value === undefined || value === '' || (value.startsWith('--') && !token.inlineValue);
    if (kind === 'value' && missing) throw new UsageError(`--${name} needs a value.`);
    if (isSecret(value ?? '')) throw new UsageError(SECRET);
    given.set(name, value ?? '');
  }
  return { text: (name) => given.get(name), has: (name) => given.has(name) };
}

const SECRET =
  'That is a secret. On the command line it stays in the history of the shell and shows in the list of processes, so ' +
  'take it for leaked. Give it on standard input: --key - reads an API key there, and --token a token.';

function notAnOption(text: string): string {
  return isSecret(text) ? SECRET : 'Unexpected argument: options start with --.';
}

/** Whether a text looks like a whole API key or a token. */
function isSecret(text: string): boolean {
  return /^(sp_.*_|eyJ|bearer\b)|_[0-9A-Za-z]{17}_/i.test(text);
}

function unknown(name: string, known: readonly string[]): string {
  const what = name.length > LONGEST_NAME ? 'There is an unknown option.' : `--${name} is unknown.`;
  return `${what} This command takes ${known.map((option) => `--${option}`).join(', ')}.`;
}
