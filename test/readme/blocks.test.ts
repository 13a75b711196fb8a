import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const recipes = readFileSync(join(root, 'lib/README.md'), 'utf8');
/** `<!-- file: PATH -->` and the code block behind it. */
const BLOCK = /<!-- file: (\S+) -->\s+```\w*\n([\s\S]*?)```/g;
const blocks = [...(readme + recipes).matchAll(BLOCK)].map(([, file = '', code = '']) => ({ file, code }));

describe('the README', () => {
  it('shows code of files that run', () => {
    expect(blocks.map(({ file }) => file)).toContain('test/readme/express-example.test.ts');
  });

  it.each(blocks)('shows $file as it is', ({ file, code }) => {
    expect(code).toBe(readFileSync(join(root, file), 'utf8'));
  });

  it.each(['npm ci && npm run demo', 'npm ci && npm test'])('names the command %s', (command) => {
    expect(readme).toContain(`\n${command}\n`);
  });
});
