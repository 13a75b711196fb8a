// Plain JavaScript, and loads little: it says something before anything is compiled.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isBuilt } from './is-built.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TSC = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
const PROJECT = 'scripts/config/tsconfig.build.json';

process.stdout.write('sallyport demo\n');
if (!isBuilt(ROOT)) await build();
process.stdout.write('Starting a local issuer and the service ...\n');
// By its address: before it is built there is no such module, and the check of dependencies looks for one.
await import(new URL('../../dist/scripts/demo/main.js', import.meta.url).href);

/** The same JavaScript as `npm run build` makes. Checking types takes twice as long, and is what `npm run typecheck` is for. */
async function build() {
  const start = Date.now();
  process.stdout.write('Compiling, which the next run finds done ');
  const alive = setInterval(() => process.stdout.write('.'), 1000);
  rmSync(new URL('../../dist', import.meta.url), { recursive: true, force: true });
  const tsc = spawn(process.execPath, [TSC, '-p', PROJECT, '--noCheck'], { cwd: ROOT, stdio: 'inherit' });
  const [code, signal] = await once(tsc, 'exit');
  clearInterval(alive);
  if (code !== 0) {
    process.stderr.write(`\nThe compiler ended with ${signal ?? code}.\n`);
    process.exit(1);
  }
  process.stdout.write(` ${Math.round((Date.now() - start) / 1000)} s\n`);
}
