import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const FOLDERS = ['lib', 'service', 'scripts', 'test'];

/** Every README of the repository, from its root: `README.md`, `lib/README.md`, `lib/next/README.md` and so on. */
export const READMES: readonly string[] = [
  'README.md',
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /(^|\/)README\.md$/.test(path) && !path.includes('node_modules/'))
      .map((path) => join(folder, path)),
  ),
].sort();

/** The text of a file, from the root of the repository. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** What stands under a heading, up to the next one of the same or a higher level. */
export function section(text: string, heading: string): string {
  const level = /^#+/.exec(heading)?.[0].length ?? 1;
  const begin = text.indexOf(`\n${heading}\n`);
  if (begin < 0) throw new Error(`No heading "${heading}"`);
  const rest = text.slice(begin + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${String(level)}} `, 'm'));
  return end < 0 ? rest : rest.slice(0, end);
}

/** The rows of the tables in a text, heads and rules left out, each as its cells. */
export function tableRows(text: string): readonly (readonly string[])[] {
  const lines = text.split('\n');
  return lines
    .filter((line, index) => isRow(line) && !isRule(line) && !isRule(lines[index + 1] ?? ''))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    );
}

const isRow = (line: string): boolean => line.startsWith('|');
const isRule = (line: string): boolean => /^\|( ?:?-+:? ?\|)+$/.test(line);
