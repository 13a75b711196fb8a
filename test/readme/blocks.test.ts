import { READMES, textOf } from '../support/readmes';

/** `<!-- file: PATH -->` and the code block behind it. */
const BLOCK = /<!-- file: (\S+) -->\s+```\w*\n([\s\S]*?)```/g;
const blocks = READMES.flatMap((readme) =>
  [...textOf(readme).matchAll(BLOCK)].map(([, file = '', code = '']) => ({ readme, file, code })),
);

describe('the READMEs', () => {
  it('show code of files that run', () => {
    expect(blocks.map(({ file }) => file)).toEqual(
      expect.arrayContaining([
        'test/readme/express-example.test.ts',
        'test/readme/production-example.ts',
        'test/readme/recipes/guests.ts',
        'scripts/next/apps/clerk/proxy.ts',
      ]),
    );
  });

  it.each(blocks)('$readme shows $file as it is', ({ file, code }) => {
    expect(code).toBe(textOf(file));
  });

  it.each(['npm ci && npm run demo', 'npm ci && npm test', 'npm ci && npm pack'])(
    'name the command %s in the first one',
    (command) => {
      expect(textOf('README.md')).toContain(`\n${command}\n`);
    },
  );
});
