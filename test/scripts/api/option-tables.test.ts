import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSources } from '../../../scripts/api/declarations';
import { withOptionTables } from '../../../scripts/api/option-tables';
import { cleanUp, temporaryFolder } from '../../support/clean-up';

// A compiler is started for each.
jest.setTimeout(120_000);
afterAll(cleanUp);

const root = temporaryFolder();
mkdirSync(join(root, 'lib'));
writeFileSync(
  join(root, 'package.json'),
  JSON.stringify({ name: 'p', exports: { '.': './dist/lib/index.js', './package.json': './package.json' } }),
);
writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true } }));

const withOptions = (members: string): void =>
  writeFileSync(join(root, 'lib/index.ts'), `export interface DoorOptions {\n${members}\n}\n`);
const withPage = (marker: string): void =>
  writeFileSync(join(root, 'README.md'), `# Door\n\n${marker}\n\n| stale |\n\n<!-- /options -->\n\nEnd.\n`);
const made = (): string => withOptionTables(root, readSources(root), ['README.md'])[0]?.text ?? '';

beforeEach(() => {
  withPage('<!-- options: DoorOptions -->');
});

it('writes what the types say in the place of what stood there', () => {
  withOptions(`
    /** What opens it. */
    readonly key: string;
    /** Seconds that it stays open. Default 5. Never more than 60. */
    readonly seconds?: number;
    /** Who may pass: \`a*\`, or * for all. */
    readonly guests?: readonly string[] | 'all';`);
  const lines = made().split('\n');
  expect(lines.map((line) => line.replace(/ +/g, ' '))).toEqual([
    '# Door',
    '',
    '<!-- options: DoorOptions -->',
    '',
    '| option | type | default | |',
    expect.stringMatching(/^\| -+ \| -+ \| -+ \| -+ \|$/),
    '| `key` | `string` | required | What opens it. |',
    '| `seconds` | `number` | 5 | Seconds that it stays open. Never more than 60. |',
    "| `guests` | `string[] \\| 'all'` | none | Who may pass: `a*`, or \\* for all. |",
    '',
    '<!-- /options -->',
    '',
    'End.',
    '',
  ]);
  expect(new Set(lines.slice(4, 9).map(({ length }) => length)).size).toBe(1);
});

it.each([
  ['/** Seconds. */ readonly a?: number;', 'The comment of DoorOptions.a must say its default: "Default 5."'],
  ['/** Default 5. */ readonly a?: number;', 'The comment of DoorOptions.a must say its unit'],
  ['/** Opens. */ readonly a?: boolean;', 'The comment of DoorOptions.a must say its default: "Default 5."'],
  ['readonly a: string;', 'The comment of DoorOptions.a must say what it does'],
])('refuses the option %s', (members, message) => {
  withOptions(members);
  expect(made).toThrow(message);
});

it('refuses a type of options that no page has a table for, and a table of no type', () => {
  withOptions('/** What opens it. */ readonly key: string;');
  withPage('No table.');
  expect(made).toThrow('Put this into one of README.md:\n\n<!-- options: DoorOptions -->\n');
  withPage('<!-- options: WindowOptions -->');
  expect(made).toThrow('No entry point exports a type WindowOptions');
});
