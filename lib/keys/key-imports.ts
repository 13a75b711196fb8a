import { importedJwk, UnusableJwk, type PublicParameters } from './jwk';
import type { Jwk } from './key-source';

/** What came of importing keys, by the text of their parameters. */
export type KeyImports = ReadonlyMap<string, Jwk | UnusableJwk>;

/** Malformed keys cost as much as good ones: more than this are not imported for one set, whatever comes of them. */
const MAX_IMPORTS = 200;

export interface KeyImporter {
  /** What this importer was asked for, which is all that the next one may need. */
  readonly imports: KeyImports;
  /** Throws `UnusableJwk`. */
  import(parameters: PublicParameters): Jwk;
  /** Whether importing these costs nothing, since this importer was asked for them before. */
  knows(parameters: PublicParameters): boolean;
  isSpent(): boolean;
}

/** Imports keys, but none that `known` tells of: a set that is read again rarely holds another key. */
export function keyImporter(known: KeyImports | undefined): KeyImporter {
  const imports = new Map<string, Jwk | UnusableJwk>();
  return {
    imports,
    import(parameters) {
      const text = JSON.stringify(parameters);
      const found = imports.get(text) ?? known?.get(text) ?? attempt(parameters);
      imports.set(text, found);
      if (found instanceof UnusableJwk) throw found;
      return found;
    },
    knows: (parameters) => imports.has(JSON.stringify(parameters)),
    isSpent: () => imports.size >= MAX_IMPORTS,
  };
}

function attempt(parameters: PublicParameters): Jwk | UnusableJwk {
  try {
    return importedJwk(parameters);
  } catch (error) {
    if (error instanceof UnusableJwk) return error;
    throw error;
  }
}
