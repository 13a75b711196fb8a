import type { UnusableKey } from '../events';

/** What an attempt to read keys failed with, as a word for events and metrics. */
export type KeyFetchFailureWord =
  | 'unreachable'
  | 'timeout'
  | 'redirect'
  | 'status'
  | 'too_large'
  | 'not_json'
  | 'not_a_key_set'
  | 'no_usable_keys'
  | 'discovery_document'
  | 'discovery_issuer'
  | 'discovery_jwks_uri'
  | 'closed'
  | 'error';

/** The issuer did not give us keys. Never leaves the key source but as the cause of a `KeysUnavailableError`. */
export class KeyFetchFailure extends Error {
  constructor(
    readonly word: KeyFetchFailureWord,
    options?: ErrorOptions,
    readonly unusable: readonly UnusableKey[] = [],
  ) {
    super(`keys: ${word}`, options);
    this.name = 'KeyFetchFailure';
  }
}

/** Whatever was thrown, as a failure that has a word. */
export function asKeyFetchFailure(error: unknown, otherwise: KeyFetchFailureWord): KeyFetchFailure {
  return error instanceof KeyFetchFailure ? error : new KeyFetchFailure(otherwise, { cause: error });
}
