import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const APP = 'test/e2e/next/app';
const readme = readFileSync(join(root, 'lib/next/README.md'), 'utf8');

/** Whether they are shown as they are is for blocks.test.ts to say. */
describe('the README on Next.js and Clerk', () => {
  it.each(['.env.example', 'proxy.ts', 'app/page.tsx', 'app/use-analyzer.ts', 'app/api/modules/route.ts'])(
    'shows %s of the app that npm run test:next drives',
    (file) => expect(readme).toContain(`<!-- file: ${APP}/${file} -->`),
  );

  it('shows only files that the app has', () => {
    const shown = [...readme.matchAll(/<!-- file: test\/e2e\/next\/app\/(\S+) -->/g)].map(([, file]) => file);
    expect(readdirSync(join(root, APP), { recursive: true })).toEqual(expect.arrayContaining(shown));
  });
});
