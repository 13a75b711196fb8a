import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(__dirname, '../..');
const APP = 'test/e2e/next/app';
const readme = readFileSync(join(root, 'lib/next/README.md'), 'utf8');

/** Files of the test's own, those that Next writes by itself, and what a page may lack. */
const NOT_NEEDED =
  /^(?:app\/api\/checks\/.*|package.*|tsconfig\.json|next\.config\.ts|\.npmrc|.*\.(?:css|svg))$/;

const files = readdirSync(join(root, APP), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => relative(join(root, APP), join(parentPath, name)))
  .filter((file) => !/node_modules|\.next\b|next-env/.test(file));
const shown = [...readme.matchAll(/<!-- file: test\/e2e\/next\/app\/(\S+) -->/g)].map(([, file]) => file!);

/** Whether they are shown as they are is for blocks.test.ts to say. */
describe('the README on Next.js and Clerk', () => {
  it('shows every file that whoever follows it in an empty folder needs, and no other', () => {
    expect([...shown].sort()).toEqual(files.filter((file) => !NOT_NEEDED.test(file)).sort());
  });

  it.each(shown.filter((file) => /\.tsx?$/.test(file)))(
    'names the file %s and shows what it imports',
    (file) => {
      expect(readme).toContain(`\`${file}\``);
      const text = readFileSync(join(root, APP, file), 'utf8');
      for (const [, path = ''] of text.matchAll(/from '(\.[^']+)'/g)) {
        const imported = join(dirname(file), path);
        expect(shown.some((each) => each.replace(/\.tsx?$/, '') === imported)).toBe(true);
      }
    },
  );
});
