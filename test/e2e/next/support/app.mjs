import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './processes.mjs';

export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const SOURCE = join(ROOT, 'test/e2e/next/app');
const CACHE = join(ROOT, '.cache/next');
export const APP = join(CACHE, 'app');
const STAMP = join(CACHE, 'stamp.json');

/** The port that the last build's public settings name; undefined before there was one. */
export function rememberedIssuerPort() {
  return stamps().issuerPort;
}

/** Installs the app from its lock file and sallyport from its tarball, and builds it; what did not change is kept. */
export async function prepareApp(environment, issuerPort) {
  const tarball = await packed();
  const wanted = {
    lock: digest([join(SOURCE, 'package.json'), join(SOURCE, 'package-lock.json')], process.version),
    tarball: digest([tarball]),
    app: digest(filesBelow(SOURCE), JSON.stringify(environment)),
  };
  const had = stamps();
  const same = (...names) => names.every((name) => had[name] === wanted[name]);
  rmSync(STAMP, { force: true });
  if (!same('lock')) await installed();
  if (!same('lock', 'tarball')) await installedSallyport(tarball);
  if (!same('lock', 'tarball', 'app')) await built(environment);
  writeFileSync(STAMP, JSON.stringify({ ...wanted, issuerPort }));
}

/** As it would be published. The tarball's name says nothing of its content: the digest does. */
async function packed() {
  console.log('Building and packing sallyport');
  await run('npm', ['run', 'build'], { cwd: ROOT });
  mkdirSync(CACHE, { recursive: true });
  for (const name of readdirSync(CACHE)) if (name.endsWith('.tgz')) rmSync(join(CACHE, name));
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', CACHE], { cwd: ROOT });
  return join(
    CACHE,
    readdirSync(CACHE).find((name) => name.endsWith('.tgz')),
  );
}

async function installed() {
  console.log('Installing the app');
  rmSync(APP, { recursive: true, force: true });
  cpSync(SOURCE, APP, { recursive: true });
  await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: APP });
}

async function installedSallyport(tarball) {
  console.log('Installing sallyport from its tarball');
  await run('npm', ['install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', tarball], {
    cwd: APP,
  });
}

async function built(environment) {
  console.log('Building the app');
  for (const name of readdirSync(APP)) {
    if (name !== 'node_modules') rmSync(join(APP, name), { recursive: true });
  }
  cpSync(SOURCE, APP, { recursive: true });
  await run('npm', ['run', 'build'], { cwd: APP, env: { ...process.env, ...environment } });
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
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  for (const text of more) hash.update(text);
  return hash.digest('hex');
}

function stamps() {
  return existsSync(STAMP) ? JSON.parse(readFileSync(STAMP, 'utf8')) : {};
}
