import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { misfit } from '../../scripts/mutate/mutation';
import { mutations } from '../../scripts/mutate/mutations';

const ROOT = join(__dirname, '../..');

describe('npm run mutate', () => {
  it.each(mutations)('can still make it so that: $breaks', (mutation) => {
    expect(misfit(ROOT, mutation)).toBeUndefined();
    expect(mutation.replace).not.toBe(mutation.search);
  });

  it('names each mutation once', () => {
    const names = mutations.map(({ breaks }) => breaks);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('names tests that there are', () => {
    const named = mutations.flatMap(({ tests }) => tests);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((test) => test.endsWith('.test.ts') && !existsSync(join(ROOT, test)))).toEqual([]);
  });

  it('refuses a mutation whose text is not there, or there twice', () => {
    const file = 'lib/tokens/claims.ts';
    const mutation = { breaks: 'nothing', file, replace: '', tests: [] };
    expect(misfit(ROOT, { ...mutation, search: 'is not in this file' })).toContain('does not hold');
    expect(misfit(ROOT, { ...mutation, search: 'problem(' })).toContain('more than once');
  });
});
