import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const section = /^## Security\n([\s\S]*?)^## /m.exec(readme)?.[1] ?? '';
const [, , ...lines] = section.split('\n').filter((line) => line.startsWith('|'));
const rows = lines.map((line) => {
  const [attacker = '', means = '', stop = '', proof = ''] = line
    .split(' | ')
    .map((cell) => cell.replace(/^\| | +\|?$/g, ''));
  return { attacker, means, stop, tests: [...proof.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path) };
});
const named = rows.flatMap(({ tests }) => tests);

describe('the table of attacks in the README', () => {
  it.each(rows)('has a test for $attacker: $means', ({ attacker, means, stop, tests }) => {
    expect([attacker, means, stop]).not.toContain('');
    expect(tests).not.toEqual([]);
    for (const path of tests) expect(path).toMatch(/^test\/.+\.(test\.ts|mjs)$/);
  });

  it.each([...new Set(named)])('names a file that is there: %s', (path) => {
    expect(existsSync(join(root, path))).toBe(true);
  });

  it('leaves out no file of test/security', () => {
    const files = readdirSync(join(root, 'test/security')).map((file) => `test/security/${file}`);
    expect(named).toEqual(expect.arrayContaining(files));
  });

  it('answers with codes that the table of errors has, or that of the proxy', () => {
    const known = new Set(
      [...readme.matchAll(/^\| \d{3} +\| ([^|]+)/gm)].flatMap(([, codes = '']) => codes.match(/\w+/g) ?? []),
    );
    const used = rows.flatMap(({ stop }) =>
      [...stop.matchAll(/\d{3} `([a-z_]+)`/g)].map(([, code = '']) => code),
    );
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter((code) => !known.has(code))).toEqual([]);
  });
});
