/** A public key as a JWK Set carries it (RFC 7517 section 4). */
export interface Jwk {
  readonly kty: string;
  readonly kid?: string;
  readonly use?: string;
  readonly key_ops?: readonly string[];
  readonly alg?: string;
  readonly [parameter: string]: unknown;
}

/**
 * A key that may verify. Its identity is its meaning: while the issuer serves the same material under the same
 * kid, a refresh hands out the same frozen object, so whoever verified with it can ask later whether it still holds.
 */
export interface VerificationKey {
  readonly kid: string;
  readonly jwk: Jwk;
}

/** One issuer's keys. Two issuers never share a source, so a kid of one can't verify a token of the other. */
export interface KeySource {
  /**
   * The key of that kid, or undefined beside usable keys when the issuer has none such. An issuer may have several
   * under one kid (RFC 7517 section 4.5): `alg`, the token's, chooses among them, and where none fits it any of them is
   * handed out, for its verifier to refuse. Rejects with `KeysUnavailableError` when there are no usable keys at all.
   */
  find(kid: string, signal?: AbortSignal, alg?: string): Promise<VerificationKey | undefined>;
  /** The key that `find` would resolve with at once; undefined where it would wait, or has none that fits. Optional. */
  peek?(kid: string, alg?: string): VerificationKey | undefined;
  /** Whether `find` would still hand out this very key without waiting for anyone. */
  holds(key: VerificationKey): boolean;
  /** Reads the keys now if they were never read; rejects as `find` does. */
  prewarm(): Promise<void>;
  state(): KeySourceState;
  /** Stops timers and pending fetches; for tests and shutdown. */
  close(): void;
}

export interface KeySourceState {
  /** The issuer, or the address of the set without its query: for people. */
  readonly source: string;
  readonly keys: number;
  /** Seconds since the set was last read; undefined before the first time. */
  readonly ageSeconds: number | undefined;
  readonly stale: boolean;
  /** What the last attempt failed with, as a short word of ours; undefined after a success. */
  readonly lastFailure: string | undefined;
  /** Seconds until the next refresh that is planned already. */
  readonly nextRefreshSeconds: number | undefined;
}
