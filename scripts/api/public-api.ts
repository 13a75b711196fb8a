import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { readDeclarations, resolved, type Library } from './declarations';

const HEAD = `The public API of sallyport, made from its types by \`npm run api\`. A change here is a change for consumers.
`;

/** Every declaration that a consumer can import, and the types which these refer to, as text without comments. */
export function publicApi(root: string): string {
  const library = readDeclarations(root);
  const texts = printer(root);
  const exported = new Set(library.entries.flatMap((entry) => entry.exports));
  const parts = library.entries.map(({ name, file, exports }) => {
    const own = exports.length > 0 ? printed(exports, texts) : texts.wholeFile(library, join(root, file));
    return `=== ${name} ===\n\n${own}`;
  });
  const inner = reachable(library, root, exported);
  return [HEAD, ...parts, `=== not exported, referred to above ===\n\n${printed(inner, texts)}`].join('\n');
}

type Printer = ReturnType<typeof printer>;

function printed(symbols: readonly ts.Symbol[], texts: Printer): string {
  return symbols
    .flatMap((symbol) => texts.declarations(symbol))
    .sort((one, other) => (one < other ? -1 : 1))
    .join('\n\n')
    .concat('\n');
}

function printer(root: string) {
  const print = ts.createPrinter({ removeComments: true });
  return {
    declarations: (symbol: ts.Symbol): string[] =>
      statementsOf(symbol).map((node) => {
        const text = print.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile());
        return text
          .replace(/^(export )?(declare )?/, '')
          .replace(/import\("(\.[^"]*)"\)/g, (_whole, path: string) => {
            const from = relative(root, join(dirname(node.getSourceFile().fileName), path));
            return `import("${from}")`;
          });
      }),
    /** Of an entry point that only adds to the types of another package. */
    wholeFile: ({ program }: Library, path: string): string => {
      const file = program.getSourceFile(path.replace(/\.ts$/, '.d.ts'));
      return file ? print.printFile(file) : '';
    },
  };
}

/** The statements that declare something; of a constant the whole `const`. */
function statementsOf(symbol: ts.Symbol): readonly ts.Node[] {
  return (symbol.declarations ?? []).map((node) =>
    ts.isVariableDeclaration(node) ? node.parent.parent : node,
  );
}

/** What the public declarations name without exporting it: a change of that is theirs too. */
function reachable(
  { checker }: Library,
  root: string,
  exported: ReadonlySet<ts.Symbol>,
): readonly ts.Symbol[] {
  const found = new Set(exported);
  const ours = ({ declarations = [] }: ts.Symbol): boolean =>
    declarations.some(
      (node) => node.getSourceFile().fileName.startsWith(join(root, 'lib/')) && isNamedType(node),
    );
  const visit = (node: ts.Node): void => {
    const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
    const target = symbol && resolved(checker)(symbol);
    if (target && !found.has(target) && ours(target)) {
      found.add(target);
      statementsOf(target).forEach(visit);
    }
    ts.forEachChild(node, visit);
  };
  for (const symbol of exported) statementsOf(symbol).forEach(visit);
  return [...found].filter((symbol) => !exported.has(symbol));
}

function isNamedType(node: ts.Node): boolean {
  const declares =
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isVariableDeclaration(node);
  return declares;
}
