import type { Auth } from './auth';
import { identityKey } from './identity';
import { FieldsOf } from './private-fields';

/** What a verifier knows about a proof and the caller must not see. Kept beside the `Auth`, not in it. */
export interface Provenance {
  /** Whether the key that verified it is still valid; a cache calls this before it returns a result again. */
  readonly stillHolds: () => boolean;
  /** Milliseconds since the epoch: a cached result is verified again from then on, since a rule depends on time. */
  readonly validUntil?: number;
  /** Tokens: SHA-256 of the signing input, base64url. Without the signature, since one of ECDSA can be re-encoded. */
  readonly fingerprint?: string;
  /** API keys: the public id. */
  readonly keyId?: string;
  /** API keys: addresses and CIDR ranges that it may be used from; `authenticate` checks them for each request. */
  readonly addresses?: readonly string[];
  /** API keys with addresses: updates `lastUsedAt`; to be called after the address was checked. */
  readonly noteUse?: () => void;
  /** API keys: when the key, or the token that it was made with, was issued, in seconds since the epoch. */
  readonly keyCreatedAt?: number;
}

/** With values that are computed once for a proof, however often it is used. */
export interface Vouched extends Provenance {
  /** `identityKey` of the caller. */
  readonly identity: string;
}

/** Keeps the provenance in a private field of the proof itself. */
class Kept extends FieldsOf {
  #provenance: Vouched;

  private constructor(auth: Auth, provenance: Vouched) {
    super(auth);
    this.#provenance = provenance;
  }

  static put(auth: Auth, provenance: Vouched): void {
    if (#provenance in auth) (auth as object as Kept).#provenance = provenance;
    else new Kept(auth, provenance);
  }

  static of(auth: unknown): Vouched | undefined {
    // `in` throws for a value that is not an object, such as `req.auth` of an unauthenticated request.
    if (typeof auth !== 'object' || auth === null) return undefined;
    return #provenance in auth ? auth.#provenance : undefined;
  }
}

/**
 * Freezes a proof and stores its provenance. A decorator that returns another `Auth` must pass it on, as
 * `vouch(copy, provenanceOf(auth))`: a copy has no provenance, so it cannot be revoked by token or key. Use the
 * returned object: if `auth` was frozen by other code, that is a copy, and `auth` itself has no provenance.
 */
export function vouch(auth: Auth, provenance: Provenance): Auth {
  // Before freezing: a future ECMAScript will not allow to add private fields to a frozen object.
  const own = Object.isExtensible(auth) || provenanceOf(auth) ? auth : { ...auth };
  Kept.put(own, { ...provenance, identity: identityKey(own) });
  return Object.freeze(own);
}

/**
 * Undefined for a proof of a host's own verifier, and if there is no proof.
 *
 * @example
 * const fingerprint = provenanceOf(authOf(request))?.fingerprint;
 */
export function provenanceOf(auth: Auth): Vouched | undefined {
  return Kept.of(auth);
}
