import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { later } from './clean-up';

const ROOT = join(__dirname, '../..');

/** lib and service as JavaScript in a folder of their own, for tests that need the real process. Resolves with its main.js. */
export function builtService(): string {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  // Below the root, so that packages are found; with a package.json, so that `sallyport` is this build.
  const folder = mkdtempSync(join(ROOT, '.cache', 'built-'));
  later(() => rmSync(folder, { recursive: true, force: true }));
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  for (const part of ['lib', 'service']) {
    for (const file of typescriptBelow(join(ROOT, part))) transpile(file, join(folder, 'dist'));
  }
  return join(folder, 'dist/service/main.js');
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
