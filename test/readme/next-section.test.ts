import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(__dirname, '../..');
const APPS = 'scripts/next/apps';
const readme = readFileSync(join(root, 'lib/next/README.md'), 'utf8');

/** What every Next app has, and how it looks. */
const NOT_NEEDED = /\/(?:package.*|tsconfig\.json|next\.config\.ts|\.npmrc|\.gitignore|[^/]*\.(?:css|svg))$/;

const files = readdirSync(join(root, APPS), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => relative(join(root, APPS), join(parentPath, name)))
  .filter((file) => !NOT_NEEDED.test(`/${file}`));
const shown = [...readme.matchAll(/<!-- file: scripts\/next\/apps\/(\S+) -->/g)].map(([, file]) => file!);

/** Whether what is shown is shown as it is, and links lead somewhere, is for other tests here to say. */
describe('the README on Next.js', () => {
  it('says of every file of the apps that the command makes what it is for, or shows it', () => {
    const linked = [...readme.matchAll(/\]\(\.\.\/\.\.\/scripts\/next\/apps\/(\S+)\)/g)].map(
      ([, file]) => file!,
    );
    expect(files.length).toBeGreaterThan(25);
    expect([...new Set([...linked, ...shown])].sort()).toEqual([...files].sort());
  });

  it('shows each that has to do with sallyport', () => {
    const ours = files.filter((file) =>
      readFileSync(join(root, APPS, file), 'utf8').includes('sallyport/next'),
    );
    expect(shown).toEqual(expect.arrayContaining(ours.filter((file) => !file.includes('[moduleId]'))));
  });
});
