import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { READMES, section, tableRows, textOf } from '../support/readmes';

const root = join(__dirname, '../..');
const tables = ['lib/README.md', 'lib/next/README.md', 'service/README.md'];
const rows = tables.flatMap((readme) =>
  tableRows(section(textOf(readme), '## Security')).map(
    ([attacker = '', means = '', stop = '', proof = '']) => ({
      readme,
      attacker,
      means,
      stop,
      tests: [...proof.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path),
    }),
  ),
);
const named = rows.flatMap(({ tests }) => tests);

describe('the tables of attacks in the READMEs', () => {
  it.each(tables)('stand in %s', (table) => {
    expect(rows.filter(({ readme }) => readme === table).length).toBeGreaterThan(4);
  });

  it.each(rows)('have a test for $attacker: $means', ({ attacker, means, stop, tests }) => {
    expect([attacker, means, stop]).not.toContain('');
    expect(tests).not.toEqual([]);
    for (const path of tests) expect(path).toMatch(/^test\/.+\.(test\.ts|mjs)$/);
  });

  it.each([...new Set(named)])('name a file that is there: %s', (path) => {
    expect(existsSync(join(root, path))).toBe(true);
  });

  it('leave out no file of test/security', () => {
    const files = readdirSync(join(root, 'test/security')).map((file) => `test/security/${file}`);
    expect(named).toEqual(expect.arrayContaining(files));
  });

  it('answer with codes that the tables of errors have', () => {
    const known = new Set(
      READMES.flatMap((readme) => tableRows(textOf(readme)))
        .filter(([status = '']) => /^\d{3}$/.test(status))
        .flatMap(([, codes = '']) => codes.match(/\w+/g) ?? []),
    );
    const used = rows.flatMap(({ stop }) =>
      [...stop.matchAll(/\d{3} `([a-z_]+)`/g)].map(([, code = '']) => code),
    );
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter((code) => !known.has(code))).toEqual([]);
  });
});
