import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-pack-'));
const show = { stdio: ['ignore', 'inherit', 'inherit'] };
try {
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]);
  const [{ filename, files }] = JSON.parse(packed);
  const tarball = join(folder, filename);

  const strangers = files
    .map(({ path }) => path)
    .filter((path) => !/^(dist\/lib\/|package\.json$|(lib\/(\w+\/)?)?README\.md$|LICENSE$)/.test(path));
  if (strangers.length > 0) throw new Error(`The package must not hold ${strangers.join(', ')}`);
  console.log(`${files.length} files, nothing but the library`);

  execFileSync('npx', ['--no-install', 'attw', '--profile', 'strict', tarball], show);
  execFileSync('npx', ['--no-install', 'publint', '--strict', tarball], show);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
