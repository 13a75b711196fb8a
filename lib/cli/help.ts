import type { OptionSpecs } from './arguments';
import type { Command } from './command';

/** Options that every command has. */
export const COMMON_OPTIONS: OptionSpecs = {
  json: { help: 'Print the result as JSON, for programs.' },
  help: { help: 'Print this.' },
};

export function generalHelp(commands: readonly Command[]): string {
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(9)} ${summary}`).join('\n');
  return `Usage: npx sallyport COMMAND [options]

${list}

npx sallyport COMMAND --help tells more, with examples.

Exit codes: 0 all is right, 1 something is wrong with what was checked, 2 the command line is wrong.
`;
}

export function commandHelp({ about, options }: Command): string {
  const rows = Object.entries({ ...options, ...COMMON_OPTIONS }).map(([name, { value, many, help }]) => ({
    left: `  --${name}${value === undefined ? '' : ` ${value}`}`,
    help: many ? `${help} May be repeated.` : help,
  }));
  const width = Math.max(...rows.map(({ left }) => left.length));
  const list = rows.map(({ left, help }) => `${left.padEnd(width)}  ${wrapped(help, width + 2)}`);
  return `${about}\nOptions:\n${list.join('\n')}\n`;
}

const COLUMNS = 120;

/** Wraps text to lines with this indent. */
function wrapped(text: string, indent: number): string {
  const line = new RegExp(`(.{1,${String(COLUMNS - indent)}})(?: |$)`, 'g');
  return [...text.matchAll(line)].map(([, part = '']) => part).join(`\n${' '.repeat(indent)}`);
}
