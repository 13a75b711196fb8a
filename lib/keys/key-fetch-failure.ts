import type { KeyFailureDetails, UnusableKey } from '../events';

/** Why an attempt to read keys failed, for events and metrics. */
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
  | 'headers'
  | 'closed'
  | 'error';

interface FailureOptions extends ErrorOptions {
  readonly unusable?: readonly UnusableKey[];
}

/** An attempt to read keys failed. Leaves the key source only as the cause of a `KeysUnavailableError`. */
export class KeyFetchFailure extends Error {
  readonly unusable: readonly UnusableKey[];

  constructor(
    readonly reason: KeyFetchFailureWord,
    /** Request and response in short, for logs: without credentials, and of limited length. */
    readonly details: KeyFailureDetails = {},
    { unusable = [], ...options }: FailureOptions = {},
  ) {
    super(`keys: ${reason}`, options);
    this.name = 'KeyFetchFailure';
    this.unusable = unusable;
  }

  /** The same failure, with the address of the request. */
  at(address: string): KeyFetchFailure {
    const { reason, details, unusable, cause } = this;
    return new KeyFetchFailure(reason, { address, ...details }, { unusable, cause });
  }
}

/** Converts any thrown value to a `KeyFetchFailure`, with the reason `otherwise` if it is not one. */
export function asKeyFetchFailure(error: unknown, otherwise: KeyFetchFailureWord): KeyFetchFailure {
  if (error instanceof KeyFetchFailure) return error;
  return new KeyFetchFailure(otherwise, { systemCode: systemCode(error) }, { cause: error });
}

/** How deep `fetch`, or a function in its place, may wrap the error of the socket. */
const MAX_CAUSES = 5;

/** A code such as ECONNREFUSED; never a message, which may contain credentials. */
function systemCode(error: unknown): string | undefined {
  let at: unknown = error;
  for (let depth = 0; depth < MAX_CAUSES && typeof at === 'object' && at !== null; depth += 1) {
    const { code, cause } = at as { readonly code?: unknown; readonly cause?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,59}$/.test(code)) return code;
    at = cause;
  }
  return undefined;
}
