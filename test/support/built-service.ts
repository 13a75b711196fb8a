import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { later } from './clean-up';

const ROOT = join(__dirname, '../..');
/** Below the root, so that packages are found. */
const BUILDS = join(ROOT, '.cache/built');
const DAY_MS = 24 * 3600_000;

/** A copy of `builtService()` for a test that changes it. */
export function ownBuild(): string {
  const built = builtService();
  const folder = mkdtempSync(join(BUILDS, 'own-'));
  later(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(built, '../../..'), folder, { recursive: true });
  return join(folder, 'dist/service/main.js');
}

/**
 * lib and service as JavaScript, for tests that need the real process: its main.js. Made once for the sources as they are,
 * and shared by all test files: none may write into it.
 */
export function builtService(): string {
  const sources = ['lib', 'service'].flatMap((part) => typescriptBelow(join(ROOT, part)));
  const folder = join(BUILDS, digestOf(sources));
  if (!existsSync(folder)) build(sources, folder);
  return join(folder, 'dist/service/main.js');
}

/** Two test files may come here at the same time: the first whole build counts. */
function build(sources: readonly string[], folder: string): void {
  removeOld();
  mkdirSync(BUILDS, { recursive: true });
  const own = mkdtempSync(join(BUILDS, 'part-'));
  // So that `sallyport` is this build.
  copyFileSync(join(ROOT, 'package.json'), join(own, 'package.json'));
  for (const source of sources) transpile(source, join(own, 'dist'));
  try {
    renameSync(own, folder);
  } catch (error) {
    rmSync(own, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}

function removeOld(): void {
  if (!existsSync(BUILDS)) return;
  for (const name of readdirSync(BUILDS)) {
    const folder = join(BUILDS, name);
    // Gone where another test file has just finished its build.
    const modified = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    if (Date.now() - modified > DAY_MS) rmSync(folder, { recursive: true, force: true });
  }
}

function digestOf(sources: readonly string[]): string {
  const digest = createHash('sha256');
  for (const file of [join(ROOT, 'package.json'), __filename, ...sources]) {
    digest.update(`${relative(ROOT, file)}\n`).update(readFileSync(file));
  }
  return digest.digest('hex').slice(0, 32);
}

function typescriptBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return entries.filter((name) => /(?<!\.d)\.ts$/.test(name)).map((name) => join(folder, name));
}

function transpile(file: string, out: string): void {
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2023,
      esModuleInterop: true,
    },
  });
  const target = join(out, relative(ROOT, file).replace(/\.ts$/, '.js'));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, outputText);
}
