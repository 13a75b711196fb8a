import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const CACHE = here('../../../.cache');
const REQUIREMENTS = here('requirements.txt');
const run = promisify(execFile);

/** The command, in a virtual environment of its own: each package of one version, by its hash. Undefined without Python 3.11. */
export async function installSchemathesis() {
  const python = await findPython();
  if (!python) return undefined;
  const hash = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex')
    .slice(0, 12);
  const folder = `${CACHE}/schemathesis-${hash}`;
  const bin = `${folder}/${process.platform === 'win32' ? 'Scripts' : 'bin'}`;
  if (existsSync(`${folder}/installed`)) return `${bin}/schemathesis`;
  await mkdir(CACHE, { recursive: true });
  await rm(folder, { recursive: true, force: true });
  await run(python, ['-m', 'venv', folder]);
  const quiet = ['--quiet', '--disable-pip-version-check'];
  const pip = [
    '-m',
    'pip',
    'install',
    ...quiet,
    '--require-hashes',
    '--only-binary',
    ':all:',
    '-r',
    REQUIREMENTS,
  ];
  await run(`${bin}/python`, pip);
  // Written last: an installation that was cut off is made anew.
  await writeFile(`${folder}/installed`, '');
  return `${bin}/schemathesis`;
}

async function findPython() {
  const recent = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';
  for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python']) {
    const works = await run(name, ['-c', recent]).then(
      () => true,
      () => false,
    );
    if (works) return name;
  }
  return undefined;
}
