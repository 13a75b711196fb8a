import { importedJwk, UnusableJwk, type PublicParameters } from './jwk';
import type { Jwk } from './key-source';

/** The results of imports, by the parameters of the key as JSON. */
export type KeyImports = ReadonlyMap<string, Jwk | UnusableJwk>;

/** Greatest number of imports for one set, failed ones included, since they take as long. */
const MAX_IMPORTS = 200;

export interface KeyImporter {
  /** The results of this importer, for the next one. */
  readonly imports: KeyImports;
  /** Throws `UnusableJwk`. */
  import(parameters: PublicParameters): Jwk;
  /** Whether this importer already has a result for these parameters. */
  knows(parameters: PublicParameters): boolean;
  isSpent(): boolean;
}

/** Imports keys that are not in `known`: a set that is read again rarely has a new key. */
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
