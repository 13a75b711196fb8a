import type { SettledIssuerOptions } from './issuer-options';
import { keyRing, type SigningKey } from './key-ring';
import { checkOverrides, sealed, type Overrides } from './mint';
import type { TokenKind } from './zoo/animal';

/** The part that every test issuer has, in process or over HTTP. */
export interface TokenMint {
  /** The exact `iss` of its tokens. */
  readonly issuer: string;
  /** The `aud` of its tokens, or the claim that the provider uses instead, to configure a verifier with. */
  readonly audience: string | readonly string[];
  /** The `sub` of its tokens. */
  readonly subject: string;
  /**
   * A signed token: `iss`, `aud`, `sub`, `iat`, `exp` (`lifetimeSeconds` later), header `alg`, `typ` JWT and `kid`.
   * With `like`, the provider's token for APIs. `claims` and `header` override these; `undefined` removes one. A header
   * `alg` that the issuer has a key for, or the `kid` of any key that it has had, also selects the key that signs.
   */
  readonly token: (claims?: Overrides, header?: Overrides) => string;
  /**
   * A token of that kind, with the claims and the header that the provider gives it. Throws a `TypeError` for a kind
   * that the provider does not issue (it lists the kinds), and for claims or header with an opaque token.
   */
  readonly tokenOf: (kind: TokenKind, claims?: Overrides, header?: Overrides) => string;
  /** The kinds of token that it issues. */
  readonly kinds: readonly TokenKind[];
  /** The current key, for `signToken`: to make forged tokens, and tokens that no issuer should make. */
  readonly signingKey: () => SigningKey;
  /** The public half of that key in PEM. */
  readonly publicKeyPem: () => string;
  /** The JWK Set that is served at this moment. */
  readonly jwks: () => unknown;
  /** Publishes the key that will sign after the next `rotate()`; returns its kid. Some providers always do so. */
  readonly publishNext: () => string;
  /** Signs with the next keys from now on; the old ones stay published until `withdraw()`. Returns the new kid. */
  readonly rotate: () => string;
  /** Stops publishing that key; without a kid, all keys except the current and the next ones. */
  readonly withdraw: (kid?: string) => void;
  /** Serves `document` instead of its JWK Set; `undefined` restores its own. */
  readonly serve: (document: unknown) => void;
}

/** The part of a test issuer that does not depend on how its keys are read. */
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
