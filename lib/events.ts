import type { CredentialKind, Identity } from './auth';
import type { InvalidTokenReason } from './errors';

/** The argument of `onEvent`. Never contains a token, a key or an error message of a library. */
export type SallyportEvent =
  | {
      readonly type: 'verified';
      /** The id of the request, the same as in its answer. */
      readonly requestId: string;
      readonly kind: CredentialKind;
      readonly issuer: string;
      readonly subject: string;
    }
  | {
      /** Not accepted by `authenticate`. Emitted before limiters run, so a `refused` with another code may follow. */
      readonly type: 'unverified';
      /** `none` if there was no credential, or no well-formed one. */
      readonly kind: CredentialKind | 'none';
      /** By status: 400 or 401, 503, 500. */
      readonly outcome: 'refused' | 'unavailable' | 'failed';
      /** An `InvalidTokenReason`, or else the code of the error. */
      readonly reason: string;
    }
  | {
      readonly type: 'refused';
      readonly status: number;
      readonly code: string;
      /** The id of the request, the same as in its answer. */
      readonly requestId: string;
      readonly reason?: InvalidTokenReason;
      /** For a wrong issuer or audience: at most 200 characters each, no control characters, no credential. */
      readonly expected?: string;
      /** The value in the token. Not verified unless `proven` is set. */
      readonly received?: string;
      /** The caller, if the signature or key was valid. */
      readonly proven?: Identity;
    }
  | { readonly type: 'cache_hit' | 'cache_miss' }
  | {
      readonly type: 'keys_refreshed';
      readonly source: string;
      readonly keys: number;
      readonly unusable: readonly UnusableKey[];
      /** The keys were read from the host's cache, without a request to the issuer. */
      readonly cached?: true;
    }
  | ({
      readonly type: 'keys_failed';
      readonly source: string;
      readonly failure: string;
      readonly failures: number;
      readonly unusable: readonly UnusableKey[];
    } & KeyFailureDetails)
  | { readonly type: 'keys_stale'; readonly source: string; readonly ageSeconds: number }
  | { readonly type: 'unknown_kid'; readonly source: string; readonly refetched: boolean }
  | { readonly type: 'revoked'; readonly issuer: string; readonly subject: string; readonly by: string }
  | {
      readonly type: 'signal';
      readonly issuer: string;
      /** The event type, as in its standard; at most 200 characters. */
      readonly name: string;
      /** `repeated`: it was handled before. `unknown`: events of this type are ignored. */
      readonly outcome: 'acted' | 'repeated' | 'unknown';
    }
  | { readonly type: 'revocations_behind'; readonly ageSeconds: number }
  | {
      readonly type: 'provisioned';
      readonly issuer: string;
      readonly subject: string;
      readonly userId: string;
    }
  | { readonly type: 'limited'; readonly by: 'address' | 'subject' }
  | { readonly type: 'limiter_failed' }
  | {
      readonly type: 'store_failed';
      readonly store: string;
      readonly failure: 'deadline' | 'breaker' | 'error';
    };

/**
 * A JWK of a set that cannot be used here, and why. At most 100 are listed for a set; if there are more, a last entry
 * without kid gives their number.
 */
export interface UnusableKey {
  readonly kid: string | undefined;
  readonly why: string;
}

/** Details of a failed request for keys. No credential, and no text longer than 200 characters. */
export interface KeyFailureDetails {
  /** The URL that was requested, without query and userinfo. */
  readonly address?: string | undefined;
  /** The HTTP status, unless it was 200. */
  readonly status?: number | undefined;
  /** Node's error code if there was no response: ENOTFOUND, ECONNREFUSED, UNABLE_TO_VERIFY_LEAF_SIGNATURE and so on. */
  readonly systemCode?: string | undefined;
  /** The target of a redirect, without query and userinfo. It is not followed. */
  readonly location?: string | undefined;
  /** The configured issuer, if the discovery document names another one. */
  readonly expected?: string | undefined;
  /** The issuer in the document; absent if it has none. */
  readonly received?: string | undefined;
}

/**
 * Called with each event, for logs and metrics. An error that it throws or rejects with is ignored. Default: none.
 */
export type OnEvent = (event: SallyportEvent) => void;

/**
 * Wraps `onEvent` so that an error that it throws, or rejects with, neither affects the request nor ends the process.
 *
 * @example
 * const tell = safely((event) => console.log(event.type));
 * tell({ type: 'cache_hit' });
 */
export function safely(onEvent: OnEvent | undefined): OnEvent {
  if (!onEvent) return () => undefined;
  const tell: (event: SallyportEvent) => unknown = onEvent;
  return (event) => {
    try {
      const outcome = tell(event);
      if (outcome instanceof Promise) outcome.catch(() => undefined);
    } catch {
      // A bug in the host's function; there is nothing to report it to here.
    }
  };
}
