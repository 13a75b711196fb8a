import { parseArgs } from 'node:util';
import { closest } from './closest';
import { UsageError } from './usage-error';

export interface OptionSpec {
  /** Placeholder for the value in the help, such as `URL`. Without it the option takes no value. */
  readonly value?: string;
  /** May be given more than once. */
  readonly many?: true;
  readonly help: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export interface Arguments {
  readonly has: (name: string) => boolean;
  readonly text: (name: string) => string | undefined;
  /** Undefined if the option is not given. */
  readonly list: (name: string) => readonly string[] | undefined;
  /** Undefined if the option is not given. Throws a `UsageError` for anything but a decimal number of 0 or more. */
  readonly number: (name: string) => number | undefined;
  readonly positionals: readonly string[];
}

/** Longer than any option. Longer text after two dashes may be a pasted token, so error messages do not repeat it. */
const MAX_NAME = 40;

/** Reads a command's arguments. Throws a `UsageError` for an option that is unknown, repeated or lacks its value. */
export function readArguments(args: readonly string[], specs: OptionSpecs): Arguments {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { value }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (!spec) throw unknownOption(token.rawName, Object.keys(specs));
    const before = given.get(token.name);
    if (before && !spec.many) throw new UsageError(`--${token.name} is given twice.`);
    given.set(token.name, [...(before ?? []), valueOf(token, spec)]);
  }
  const list = (name: string): readonly string[] | undefined => given.get(name);
  const text = (name: string): string | undefined => list(name)?.[0];
  return {
    has: (name) => given.has(name),
    list,
    text,
    number: (name) => numberOf(name, text(name)),
    positionals,
  };
}

interface OptionToken {
  readonly name: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function valueOf({ name, value, inlineValue }: OptionToken, spec: OptionSpec): string {
  if (spec.value === undefined) {
    if (value !== undefined) throw new UsageError(`--${name} takes no value.`);
    return '';
  }
  // Where a value is missing, the option after it must not be read as the value.
  const isOption = value?.startsWith('--') === true && inlineValue !== true;
  if (value === undefined || value === '' || isOption) {
    throw new UsageError(`--${name} needs a value: --${name} ${spec.value}`);
  }
  return value;
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(text)) throw new UsageError(`--${name} needs a number from 0.`);
  return Number(text);
}

function unknownOption(rawName: string, known: readonly string[]): UsageError {
  if (rawName.length > MAX_NAME) return new UsageError('There is an unknown option.');
  const name = closest(rawName.replace(/^-+/, ''), known);
  return new UsageError(`Unknown option ${rawName}.${name === undefined ? '' : ` Did you mean --${name}?`}`);
}
