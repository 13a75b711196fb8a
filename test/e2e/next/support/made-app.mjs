import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './processes.mjs';

export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const CACHE = join(ROOT, '.cache/next');
const CREATE = join(ROOT, 'scripts/next/create.mjs');

/** Where an app of this kind is made. */
export const folderOf = (auth) => join(CACHE, auth);
const stampOf = (auth) => join(CACHE, `${auth}.json`);

/** What the last build of this app was made with; nothing before there was one. */
export function lastBuild(auth) {
  return existsSync(stampOf(auth)) ? JSON.parse(readFileSync(stampOf(auth), 'utf8')) : {};
}

/**
 * Made by the command that people use, in an empty folder beside the last one; without `tarball` the command packs
 * sallyport itself. `more` is a folder of the test's own routes.
 */
export async function created({ auth, tarball, more }) {
  console.log(`Making the app (${auth})`);
  const fresh = join(CACHE, `${auth}.new`);
  rmSync(fresh, { recursive: true, force: true });
  await run(process.execPath, [CREATE, fresh, '--auth', auth, ...(tarball ? ['--sallyport', tarball] : [])]);
  if (more) cpSync(more, fresh, { recursive: true });
  const name = readdirSync(fresh).find((each) => each.endsWith('.tgz'));
  return { auth, fresh, tarball: join(fresh, name) };
}

/**
 * Installs and builds it as people are told to, unless the last one was the same, file by file; its packages are kept for
 * as long as the lock file is the same.
 */
export async function installedAndBuilt({ auth, fresh }, { environment = {}, remember = {} }) {
  const wanted = {
    packages: digest([join(fresh, 'package-lock.json')], process.version),
    app: digest(filesBelow(fresh), JSON.stringify(environment)),
  };
  const had = lastBuild(auth);
  const folder = folderOf(auth);
  if (had.app === wanted.app && had.packages === wanted.packages) return;
  rmSync(stampOf(auth), { force: true });
  if (had.packages === wanted.packages) keepPackages(folder, fresh);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  console.log(`Installing and building the app (${auth})`);
  await run('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder });
  await run('npm', ['run', 'build'], { cwd: folder, env: { ...process.env, ...environment } });
  writeFileSync(stampOf(auth), JSON.stringify({ ...wanted, ...remember }));
}

/** All but sallyport, whose next tarball has the same version. */
function keepPackages(from, to) {
  renameSync(join(from, 'node_modules'), join(to, 'node_modules'));
  for (const name of ['sallyport', '.package-lock.json']) {
    rmSync(join(to, 'node_modules', name), { recursive: true, force: true });
  }
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Packing twice gives equal bytes, so equal digests. */
function digest(files, ...more) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file)).update('\0');
  for (const text of more) hash.update(text);
  return hash.digest('hex');
}
