import ts from 'typescript';
import { resolved, type Library } from './declarations';

export interface Option {
  readonly name: string;
  /** As it is written in the source, without `readonly`. */
  readonly type: string;
  /** What its doc comment says after "Default"; "required", or "either" where one option of several is. */
  readonly defaultValue: string;
  readonly meaning: string;
}

/** The sentence that names the default, at the end of a comment or before the next sentence. */
const DEFAULT = /(?:^|\s)Default:? ([\s\S]+?)\.(?=\s+[A-Z`]|\s*$)/;

const UNIT =
  /seconds?|milliseconds|Ms\b|minute|bytes|characters|entries|epoch|keys|requests|users|webhooks|attempts|refusals|addresses|sessions|port/i;

/** The options of an exported type, in the order of its source. Throws for one that does not say its default or unit. */
export function optionsOf({ checker }: Library, symbol: ts.Symbol): readonly Option[] {
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const members = type.isUnion() ? type.types : [type];
  const names = [...new Set(members.flatMap((each) => each.getProperties().map(({ name }) => name)))];
  return names.flatMap((name) => {
    const properties = members.flatMap((each) => each.getProperty(name) ?? []);
    const given = properties.filter((each) => !isForbidden(checker, each));
    const [first] = given;
    if (!first) return [];
    const optional = given.some(isOptional);
    const need = optional ? undefined : given.length === members.length ? 'required' : 'either';
    return [option(checker, symbol.name, first, need)];
  });
}

function option(
  checker: ts.TypeChecker,
  owner: string,
  property: ts.Symbol,
  need: 'required' | 'either' | undefined,
): Option {
  const where = `The comment of ${owner}.${property.name}`;
  const comment = commentOf(checker, property);
  const type = typeOf(checker, property);
  const [sentence = '', value] = DEFAULT.exec(comment) ?? [];
  if (comment === '') throw new Error(`${where} must say what it does`);
  if (/^number\b/.test(type) && !UNIT.test(`${property.name} ${comment}`)) {
    throw new Error(`${where} must say its unit`);
  }
  // A function, a list or an object that is left out is simply not there; a number is always some number.
  if (!need && value === undefined && /^(number|boolean|false|true|')/.test(type)) {
    throw new Error(`${where} must say its default: "Default 5."`);
  }
  return {
    name: property.name,
    type,
    defaultValue: (need === 'either' ? value : undefined) ?? need ?? value ?? 'none',
    meaning: comment.replace(need === 'required' ? '' : sentence, '').trim(),
  };
}

const isOptional = (property: ts.Symbol): boolean => (property.flags & ts.SymbolFlags.Optional) !== 0;

/** `tenants?: never`: not an option, but what keeps two forms apart. */
function isForbidden(checker: ts.TypeChecker, property: ts.Symbol): boolean {
  const written = checker.getTypeOfSymbol(property);
  return checker.getNonNullableType(written).flags === ts.TypeFlags.Never;
}

function commentOf(checker: ts.TypeChecker, property: ts.Symbol): string {
  const own = ts.displayPartsToString(property.getDocumentationComment(checker));
  const referred = own === '' ? referredTo(checker, property) : undefined;
  const text = referred ? ts.displayPartsToString(referred.getDocumentationComment(checker)) : own;
  return text.replace(/\s+/g, ' ').trim();
}

/** `engine?: Other['engine']` is described there, and `onEvent?: OnEvent` where that type is. */
function referredTo(checker: ts.TypeChecker, property: ts.Symbol): ts.Symbol | undefined {
  const node = writtenType(property);
  if (node && ts.isTypeReferenceNode(node)) {
    const named = checker.getSymbolAtLocation(node.typeName);
    return named && resolved(checker)(named);
  }
  if (!node || !ts.isIndexedAccessTypeNode(node)) return undefined;
  const index = checker.getTypeFromTypeNode(node.indexType);
  return index.isStringLiteral()
    ? checker.getTypeFromTypeNode(node.objectType).getProperty(index.value)
    : undefined;
}

function typeOf(checker: ts.TypeChecker, property: ts.Symbol): string {
  const node = writtenType(property);
  const isWritten = node && !ts.isIndexedAccessTypeNode(node);
  const text = isWritten ? node.getText() : checker.typeToString(checker.getTypeOfSymbol(property));
  return text
    .replace(/\breadonly /g, '')
    .replace(/\s+/g, ' ')
    .replace(/^\| /, '')
    .trim();
}

function writtenType(property: ts.Symbol): ts.TypeNode | undefined {
  const [node] = property.declarations ?? [];
  if (!node) return undefined;
  if (ts.isMethodSignature(node)) return undefined;
  return ts.isPropertySignature(node) ? node.type : undefined;
}
