import { join } from 'node:path';
import ts from 'typescript';
import { entryPoints, type EntryPoint } from './entry-points';

export interface Library {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly entries: readonly (EntryPoint & { readonly exports: readonly ts.Symbol[] })[];
}

/** The library as its sources have it: with doc comments, and types as they were written. */
export function readSources(root: string): Library {
  const entries = entryPoints(root);
  const program = ts.createProgram(
    entries.map(({ file }) => join(root, file)),
    compilerOptions(root),
  );
  return library(program, entries, (file) => join(root, file));
}

/** The library as a consumer's compiler sees it: the declarations that the build makes, without writing them. */
export function readDeclarations(root: string): Library {
  const { program: sources, entries } = readSources(root);
  const made = new Map<string, string>();
  sources.emit(undefined, (path, text) => made.set(path, text), undefined, true);

  const options = compilerOptions(root);
  const host = ts.createCompilerHost(options);
  const fileExists = host.fileExists.bind(host);
  const readFile = host.readFile.bind(host);
  const declarationOf = (path: string): string => path.replace(/\.ts$/, '.d.ts');
  host.fileExists = (path) => made.has(path) || (!made.has(declarationOf(path)) && fileExists(path));
  host.readFile = (path) => made.get(path) ?? readFile(path);
  host.getSourceFile = (path, target) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, target, true);
  };
  const name = (file: string): string => declarationOf(join(root, file));
  const program = ts.createProgram(
    entries.map(({ file }) => name(file)),
    options,
    host,
  );
  return library(program, entries, name);
}

function compilerOptions(root: string): ts.CompilerOptions {
  const path = join(root, 'tsconfig.json');
  const { config } = ts.readConfigFile(path, (file) => ts.sys.readFile(file)) as { readonly config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
  delete options.outDir;
  return { ...options, noEmit: false, incremental: false, declaration: true, types: ['node'] };
}

function library(
  program: ts.Program,
  entries: readonly EntryPoint[],
  pathOf: (file: string) => string,
): Library {
  const checker = program.getTypeChecker();
  return {
    program,
    checker,
    entries: entries.map((entry) => {
      const file = program.getSourceFile(pathOf(entry.file));
      const symbol = file && checker.getSymbolAtLocation(file);
      return { ...entry, exports: symbol ? checker.getExportsOfModule(symbol).map(resolved(checker)) : [] };
    }),
  };
}

/** What a name stands for, through any number of `export ... from`. */
export function resolved(checker: ts.TypeChecker): (symbol: ts.Symbol) => ts.Symbol {
  return (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
}
