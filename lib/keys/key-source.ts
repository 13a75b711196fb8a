/** A public key as a member of a JWK Set (RFC 7517 section 4). */
export interface Jwk {
  readonly kty: string;
  readonly kid?: string;
  readonly use?: string;
  readonly key_ops?: readonly string[];
  readonly alg?: string;
  readonly [parameter: string]: unknown;
}

/**
 * A usable key. While the issuer publishes the same key under the same `kid`, each refresh returns the same frozen
 * object, so that `holds` can say later whether the key is still valid.
 */
export interface VerificationKey {
  readonly kid: string;
  readonly jwk: Jwk;
}

/** The keys of one issuer. Two issuers never share a source, so a key of one cannot verify a token of the other. */
export interface KeySource {
  /**
   * Resolves with the key of that `kid`, or undefined if the issuer has none. An issuer may have several keys under one
   * `kid` (RFC 7517 section 4.5): `alg`, that of the token, selects one. If none fits `alg`, it resolves with any of
   * them, which the verifier then refuses. Rejects with `KeysUnavailableError` (503) if there is no usable key at all.
   */
  find(kid: string, signal?: AbortSignal, alg?: string): Promise<VerificationKey | undefined>;
  /** Optional. Returns the key that `find` would resolve with; undefined if `find` would wait, or no key fits. */
  peek?(kid: string, alg?: string): VerificationKey | undefined;
  /** Whether `find` would still resolve with this object, without a fetch. */
  holds(key: VerificationKey): boolean;
  /** Fetches the keys unless usable ones are cached; rejects as `find` does. */
  prewarm(): Promise<void>;
  state(): KeySourceState;
  /** Stops timers and pending fetches, for tests and shutdown. */
  close(): void;
}

export interface KeySourceState {
  /** The issuer, or the address of the set without its query. */
  readonly source: string;
  readonly keys: number;
  /** Seconds since the set was last fetched; undefined before the first time. */
  readonly ageSeconds: number | undefined;
  readonly stale: boolean;
  /** The reason of the last failure, such as `timeout` or `status`; undefined after a success. */
  readonly lastFailure: string | undefined;
  /** Seconds until the next planned refresh; undefined if none is planned. */
  readonly nextRefreshSeconds: number | undefined;
}
