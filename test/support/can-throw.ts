import ts from 'typescript';

/** Whether a call of this function can throw: its own body has a `throw`, or calls a function of the library that can. */
export function canThrow(checker: ts.TypeChecker, symbol: ts.Symbol, seen = new Set<ts.Symbol>()): boolean {
  const own = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  if (seen.has(own)) return false;
  seen.add(own);
  return (own.declarations ?? []).some((declaration) => {
    const body = ts.isFunctionDeclaration(declaration) ? declaration.body : undefined;
    return body !== undefined && throwsIn(checker, body, seen);
  });
}

function throwsIn(checker: ts.TypeChecker, node: ts.Node, seen: Set<ts.Symbol>): boolean {
  if (ts.isThrowStatement(node)) return true;
  // What a function does that is made here is no matter of this call; what a `try` catches may be.
  if (ts.isFunctionLike(node)) return false;
  if (ts.isTryStatement(node) && node.catchClause !== undefined) {
    return [node.catchClause, ...(node.finallyBlock ? [node.finallyBlock] : [])].some((part) =>
      throwsIn(checker, part, seen),
    );
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    const called = checker.getSymbolAtLocation(node.expression);
    if (called !== undefined && canThrow(checker, called, seen)) return true;
  }
  return ts.forEachChild(node, (child) => throwsIn(checker, child, seen) || undefined) ?? false;
}
