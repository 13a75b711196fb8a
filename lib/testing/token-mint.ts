import type { SettledIssuerOptions } from './issuer-options';
import { keyRing, type SigningKey } from './key-ring';
import { checkOverrides, sealed, type Overrides } from './mint';
import type { TokenKind } from './zoo/animal';

/** What every test issuer does, in process or over HTTP. */
export interface TokenMint {
  /** The exact `iss` of its tokens. */
  readonly issuer: string;
  /** The `aud` of its tokens, or what takes its place, to configure a verifier with. */
  readonly audience: string | readonly string[];
  /** The `sub` of its tokens. */
  readonly subject: string;
  /**
   * A signed token: `iss`, `aud`, `sub`, `iat`, `exp` (60 s ahead), header `alg`, `typ` JWT and `kid`. Of an issuer that
   * is like a provider, the token that is meant to be sent to an API. Claims and header parameters given here replace
   * those; `undefined` leaves one out. A header `alg` that the issuer has a key for, or the `kid` of a key it ever
   * had, also chooses the key that signs.
   */
  readonly token: (claims?: Overrides, header?: Overrides) => string;
  /**
   * A token of that kind, with the claims and the header that the provider gives it. Throws a `TypeError` that names its
   * kinds for one that the provider does not give, and where claims or header are given for an opaque one.
   */
  readonly tokenOf: (kind: TokenKind, claims?: Overrides, header?: Overrides) => string;
  /** The kinds of token that it gives. */
  readonly kinds: readonly TokenKind[];
  /** The key that signs now, for `signToken`: forgeries and tokens that no issuer should make. */
  readonly signingKey: () => SigningKey;
  /** The public half of that key, as PEM. */
  readonly publicKeyPem: () => string;
  /** The JWK Set as it is served at this moment. */
  readonly jwks: () => unknown;
  /** Publishes the key that signs after the next `rotate()`, and returns its kid; providers that do so always have done it. */
  readonly publishNext: () => string;
  /** Signs with the next keys from here on; old ones stay published until `withdraw()`. Returns the new kid. */
  readonly rotate: () => string;
  /** Takes that key out of the set; without a kid all but the ones that sign now or next. */
  readonly withdraw: (kid?: string) => void;
  /** Serves this in place of its own JWK Set; `undefined` brings its own back. */
  readonly serve: (document: unknown) => void;
}

/** The half of a test issuer that does not depend on how its keys are read. */
export function tokenMint(issuer: string, options: SettledIssuerOptions): TokenMint {
  const { animal, audience, subject, algorithms, kid: firstKid, lifetimeSeconds, now } = options;
  const { newKid, publishesNext } = animal;
  const ring = keyRing({ algorithms, newKid, firstKid, publishesNext });
  const kinds = Object.keys(animal.tokens) as TokenKind[];
  let replacement: unknown;

  const tokenOf: TokenMint['tokenOf'] = (kind, claims, header) => {
    const minting = Object.hasOwn(animal.tokens, kind) ? animal.tokens[kind] : undefined;
    if (!minting) throw new TypeError(`tokenOf: this issuer gives ${kinds.join(', ')}, and no "${kind}"`);
    checkOverrides(claims, header);
    const iat = Math.floor(now() / 1000);
    const exp = iat + lifetimeSeconds;
    const draft = minting({ issuer, audience, subject, iat, exp, keys: ring.signing() });
    if (typeof draft !== 'string') return sealed(ring, draft, claims ?? {}, header ?? {});
    if (claims ?? header) throw new TypeError(`tokenOf: a token of kind "${kind}" takes no claims`);
    return draft;
  };

  return {
    issuer,
    audience,
    subject,
    tokenOf,
    kinds,
    token: (claims, header) => tokenOf(animal.sends, claims, header),
    signingKey: () => ring.current(),
    publicKeyPem: () => ring.current().publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    jwks: () => (replacement === undefined ? animal.jwks(ring.published(), issuer) : replacement),
    publishNext: () => ring.publishNext()[0].kid,
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
