import type { Auth } from './auth';
import { identityKey } from './identity';
import { FieldsOf } from './private-fields';

/** What a verifier knows about a proof and its bearer must not see. Kept beside the `Auth`, never on it. */
export interface Provenance {
  /** Whether the key that verified it is still in force; a cache asks this before it repeats an answer. */
  readonly stillHolds: () => boolean;
  /** Milliseconds since the epoch: from then on a rule that depends on time may decide otherwise, and is asked again. */
  readonly validUntil?: number;
  /** Tokens: SHA-256 of the signing input, base64url. Not of the whole token: an ECDSA signature can be respelled. */
  readonly fingerprint?: string;
  /** API keys: the public id. */
  readonly keyId?: string;
  /** API keys: the addresses and CIDR ranges that it may come from; `authenticate` checks them for each request. */
  readonly addresses?: readonly string[];
  /** API keys with addresses: notes that the key was used, for whoever has checked where it came from. */
  readonly noteUse?: () => void;
  /** API keys: when it was made, or the token that it was made with was issued, in seconds since the epoch. */
  readonly keyCreatedAt?: number;
}

/** With what is reckoned once for a proof, however many requests it is repeated for. */
export interface Vouched extends Provenance {
  /** `identityKey` of whom it proves. */
  readonly identity: string;
}

/** Keeps it in a private field of the proof itself. */
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
    // `in` throws for what is no object, such as the `req.auth` of a request that nobody has proven.
    if (typeof auth !== 'object' || auth === null) return undefined;
    return #provenance in auth ? auth.#provenance : undefined;
  }
}

/**
 * Freezes a proof and keeps where it comes from. A decorator that hands out another `Auth` than it got passes it on, as
 * `vouch(copy, provenanceOf(auth))`: a copy alone has none, and cannot be revoked by token or key. Only the object that
 * it returns counts: what somebody else has frozen is copied, and the object that was given stays without.
 */
export function vouch(auth: Auth, provenance: Provenance): Auth {
  // Before it is frozen: to add a private field to a frozen object will be an error in a coming ECMAScript.
  const own = Object.isExtensible(auth) || provenanceOf(auth) ? auth : { ...auth };
  Kept.put(own, { ...provenance, identity: identityKey(own) });
  return Object.freeze(own);
}

/**
 * Undefined for a proof that a host's own verifier made, and where there is none.
 *
 * @example
 * const fingerprint = provenanceOf(authOf(request))?.fingerprint;
 */
export function provenanceOf(auth: Auth): Vouched | undefined {
  return Kept.of(auth);
}
