import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const root = join(__dirname, '../..');
const readme = readFileSync(join(root, 'lib/cli/README.md'), 'utf8');
const MAIN = `node --require ${join(root, 'test/support/typescript.cjs')} ${join(root, 'lib/cli/main.ts')}`;

/** The commands of a block, asked of a free port. */
function commands(name: string, port: string): string {
  const [, block = ''] = new RegExp(`<!-- commands: ${name} -->\\s+\`\`\`sh\\n([^\`]*)`).exec(readme) ?? [];
  expect(block).toContain('npx sallyport ');
  return block.replaceAll('4000', port);
}

it('shows commands that work as they stand', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-npx-'));
  const npx = join(folder, 'npx');
  // npx finds the package's own command; here that is the source.
  writeFileSync(npx, `#!/bin/sh\nshift\nexec ${MAIN} "$@"\n`);
  chmodSync(npx, 0o755);
  const env = { ...process.env, NODE_OPTIONS: '', PATH: folder + delimiter + String(process.env['PATH']) };
  const shell = (text: string) => spawn('sh', ['-e', '-c', text], { env });

  const server = shell(`exec ${commands('serve', '0')}`);
  const [text] = (await once(server.stdout.setEncoding('utf8'), 'data')) as [string];
  const [, port = ''] = /127\.0\.0\.1:(\d+)/.exec(text) ?? [];
  const asking = shell(commands('ask', port));
  let out = '';
  asking.stdout.setEncoding('utf8').on('data', (part: string) => (out += part));
  const [code] = (await once(asking, 'close')) as [number];
  server.kill('SIGTERM');
  await once(server, 'close');
  rmSync(folder, { recursive: true });

  expect(out).toContain('"user_ada"');
  expect(out).toContain('"accepted": true');
  expect(out).toContain('Nothing wrong was found.');
  expect(code).toBe(0);
});
