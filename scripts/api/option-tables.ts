import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type ts from 'typescript';
import { readSources, type Library } from './declarations';
import { optionsOf, type Option } from './options';

/**
 * Where the tables stand: `<!-- options: NAMES -->`, the table, `<!-- /options -->`. `; also NAMES` are types whose options
 * are among those of the page's tables.
 */
const TABLE = /<!-- options: ([\w ]+?)(?:; also ([\w ]+))? -->\n[\s\S]*?<!-- \/options -->/g;

export const OPTION_PAGES = [
  '',
  'issuers/',
  'mongo/',
  'clerk/',
  'signals/',
  'introspection/',
  'mcp/',
  'next/',
  'testing/',
].map((folder) => `lib/${folder}README.md`);

/** Given by the host to a function of the host: no option of ours. */
const NOT_OURS = ['GetTokenOptions'];

export interface Page {
  readonly path: string;
  readonly text: string;
}

/** The pages with each of their tables made anew from the types. */
export function withOptionTables(
  root: string,
  library: Library = readSources(root),
  paths: readonly string[] = OPTION_PAGES,
): readonly Page[] {
  const types = optionTypes(library);
  const pages = paths.map((path) => {
    const text = readFileSync(join(root, path), 'utf8').replace(TABLE, (whole, names: string) => {
      const [marker = ''] = whole.split('\n');
      return `${marker}\n\n${table(rowsOf(library, types, names))}\n\n<!-- /options -->`;
    });
    return { path, text };
  });
  const missing = undocumented(library, types, pages);
  if (missing.length > 0) {
    const markers = missing.map((name) => `<!-- options: ${name} -->\n\n<!-- /options -->`).join('\n\n');
    throw new Error(`Options without a table. Put this into one of ${paths.join(', ')}:\n\n${markers}\n`);
  }
  return pages;
}

function rowsOf(library: Library, types: OptionTypes, names: string): readonly Option[] {
  const rows = new Map<string, Option>();
  for (const name of names.split(' ')) {
    const symbol = types.get(name);
    if (!symbol) throw new Error(`No entry point exports a type ${name}, which a table of options is of`);
    for (const option of optionsOf(library, symbol)) rows.set(option.name, rows.get(option.name) ?? option);
  }
  return [...rows.values()];
}

/** The exported types that hold options, and that no page has a table for. */
function undocumented(library: Library, types: OptionTypes, pages: readonly Page[]): readonly string[] {
  const shown = new Set(NOT_OURS);
  for (const { path, text } of pages) {
    const tables = [...text.matchAll(TABLE)];
    const names = tables.flatMap(([, own = '']) => own.split(' '));
    const options = new Set(names.flatMap((name) => rowsOf(library, types, name)).map(({ name }) => name));
    for (const name of names) shown.add(name);
    for (const name of tables.flatMap(([, , also]) => also?.split(' ') ?? [])) {
      const left = rowsOf(library, types, name).filter((row) => !options.has(row.name));
      if (left.length > 0)
        throw new Error(`${path} has no table of ${left.map((row) => row.name).join(', ')}`);
      shown.add(name);
    }
  }
  return [...types.keys()].filter((name) => name.endsWith('Options') && !shown.has(name));
}

type OptionTypes = ReadonlyMap<string, ts.Symbol>;

function optionTypes({ entries }: Library): OptionTypes {
  return new Map(entries.flatMap(({ exports }) => exports.map((symbol) => [symbol.name, symbol] as const)));
}

/** As prettier lays it out. */
function table(options: readonly Option[]): string {
  const rows = [
    ['option', 'type', 'default', ''],
    ...options.map(({ name, type, defaultValue, meaning }) =>
      [`\`${name}\``, `\`${type}\``, defaultValue, meaning].map(escaped),
    ),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(3, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

function escaped(cell: string): string {
  const outsideCode = cell
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replace(/\*/g, '\\*')));
  return outsideCode.join('').replace(/\|/g, '\\|');
}
