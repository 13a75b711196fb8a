import type { CredentialKind, Identity } from './auth';
import type { InvalidTokenReason } from './errors';

/** What `onEvent` is called with. Never carries a token, a key or a library's message. */
export type SallyportEvent =
  | {
      readonly type: 'verified';
      /** The id of the request, as its answer names it. */
      readonly requestId: string;
      readonly kind: CredentialKind;
      readonly issuer: string;
      readonly subject: string;
    }
  | {
      /** What `authenticate` did not accept, told before limiters see it: a `refused` of another code may follow. */
      readonly type: 'unverified';
      /** `none` where no credential was found, or none that is well-formed. */
      readonly kind: CredentialKind | 'none';
      /** 400 or 401, 503, 500. */
      readonly outcome: 'refused' | 'unavailable' | 'failed';
      /** An `InvalidTokenReason`, else the code of the error. */
      readonly reason: string;
    }
  | {
      readonly type: 'refused';
      readonly status: number;
      readonly code: string;
      /** The id of the request, as its answer names it. */
      readonly requestId: string;
      readonly reason?: InvalidTokenReason;
      /** For a wrong issuer or audience: at most 200 characters each, no control characters, no credential. */
      readonly expected?: string;
      /** What the token says of it; not to be believed without `proven`. */
      readonly received?: string;
      /** Who was refused, where a good signature or key says so. */
      readonly proven?: Identity;
    }
  | { readonly type: 'cache_hit' | 'cache_miss' }
  | {
      readonly type: 'keys_refreshed';
      readonly source: string;
      readonly keys: number;
      readonly unusable: readonly UnusableKey[];
      /** The set came from the host's cache; the issuer was not asked. */
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
      /** That of the event, as its standard gives it; at most 200 characters. */
      readonly name: string;
      /** `repeated`: it had been acted on before. `unknown`: nothing here is done about such events. */
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
 * A JWK that a set held and that verifies nothing here, and why. At most 100 of a set are told; a last entry without kid
 * then says how many others there are.
 */
export interface UnusableKey {
  readonly kid: string | undefined;
  readonly why: string;
}

/** What was asked for keys and what came instead. No credential is in it, and no text longer than 200 characters. */
export interface KeyFailureDetails {
  /** The document that was asked for, without query and userinfo. */
  readonly address?: string | undefined;
  /** The HTTP status, where it was not 200. */
  readonly status?: number | undefined;
  /** Why nothing was answered, as Node names it: ENOTFOUND, ECONNREFUSED, UNABLE_TO_VERIFY_LEAF_SIGNATURE and so on. */
  readonly systemCode?: string | undefined;
  /** Where a redirect leads, without query and userinfo. Nobody is asked there. */
  readonly location?: string | undefined;
  /** The issuer as it is configured, where the discovery document names another one. */
  readonly expected?: string | undefined;
  /** What the document names in its place; absent where it names nothing. */
  readonly received?: string | undefined;
}

/**
 * Called with each event, for logs and metrics. It may throw or reject: that changes no answer. Default: none.
 */
export type OnEvent = (event: SallyportEvent) => void;

/**
 * A host's hook that throws, or rejects, must not harm the request it is told about, nor end the process.
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
      // A bug of the host's function; there is no one to report it to here.
    }
  };
}
