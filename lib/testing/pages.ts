import { JSON_TYPE, type Animal, type Place } from './zoo/animal';

/** Appended to the issuer without its final slash (OpenID Connect Discovery 1.0 section 4.1). */
const DISCOVERY = '/.well-known/openid-configuration';

export interface Page {
  readonly document: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

export interface IssuerPages {
  readonly discoveryPath: string;
  /** What is served at a path at this moment. */
  readonly at: (path: string) => Page | undefined;
}

/** The documents of an issuer: its discovery document and its JWK Set. */
export function issuerPages(animal: Animal, place: Place, jwks: () => unknown): IssuerPages {
  const discoveryPath = animal.path.replace(/\/$/, '') + DISCOVERY;
  return {
    discoveryPath,
    at(path) {
      if (path === discoveryPath) return { document: animal.discovery(place), headers: JSON_TYPE };
      if (path === animal.jwksPath) return { document: jwks(), headers: animal.jwksHeaders };
      return undefined;
    },
  };
}
