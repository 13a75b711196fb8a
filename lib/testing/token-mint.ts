import type { SettledIssuerOptions } from './issuer-options';
import { keyRing, type SigningKey } from './key-ring';
import { mint, type Overrides } from './mint';

/** What every test issuer does, in process or over HTTP. */
export interface TokenMint {
  /** The exact `iss` of its tokens. */
  readonly issuer: string;
  /** The `aud` of its tokens, to configure a verifier with. */
  readonly audience: string | readonly string[];
  /** The `sub` of its tokens. */
  readonly subject: string;
  /**
   * A signed token: `iss`, `aud`, `sub`, `iat`, `exp` (60 s ahead), header `alg`, `typ` JWT and `kid`. Claims and
   * header parameters given here replace those; `undefined` leaves one out. A header `alg` that the issuer has
   * a key for, or the `kid` of a key it ever had, also chooses the key that signs.
   */
  readonly token: (claims?: Overrides, header?: Overrides) => string;
  /** The key that signs now, for `signToken`: forgeries and tokens that no issuer should make. */
  readonly signingKey: () => SigningKey;
  /** The public half of that key, as PEM. */
  readonly publicKeyPem: () => string;
  /** The JWK Set as it is served at this moment. */
  readonly jwks: () => unknown;
  /** Signs with new keys from here on; old ones stay published until `withdraw()`. Returns the new kid. */
  readonly rotate: () => string;
  /** Takes that key out of the set; without a kid all but the ones that sign now. */
  readonly withdraw: (kid?: string) => void;
  /** Serves this in place of its own JWK Set; `undefined` brings its own back. */
  readonly serve: (document: unknown) => void;
}

/** The half of a test issuer that does not depend on how its keys are read. */
export function tokenMint(issuer: string, options: SettledIssuerOptions): TokenMint {
  const { audience, subject, algorithms, kid } = options;
  const ring = keyRing(algorithms, kid);
  let replacement: unknown;
  return {
    issuer,
    audience,
    subject,
    token: (claims = {}, header = {}) => mint(ring, { ...options, issuer }, claims, header),
    signingKey: () => ring.current(),
    publicKeyPem: () => ring.current().publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    jwks: () => (replacement === undefined ? ring.jwks() : replacement),
    rotate() {
      ring.rotate();
      return ring.current().kid;
    },
    withdraw: ring.withdraw,
    serve(document) {
      replacement = document;
    },
  };
}
