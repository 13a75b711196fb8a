import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Identity } from './auth';
import { guards, type Guards } from './composed/guards';
import { handlers } from './composed/handlers';
import { keyed } from './composed/keyed-issuers';
import { possessionOf } from './composed/possession';
import { apiKey } from './credentials/api-key';
import { bearer } from './credentials/bearer';
import type { KeySourceState } from './keys/key-source';
import { chain } from './middleware/chain';
import { optional } from './middleware/optional';
import { problemDetails, type ProblemDetailsOptions } from './middleware/problem-details';
import { verifyBy, type Verify } from './middleware/verify';
import type { RevocationsState } from './revocations/revocations';
import {
  issuersOf,
  type AnyOptions,
  type OptionsWithoutUsers,
  type SallyportOptions,
} from './sallyport-options';
import type { KnownUsers } from './users/known-users';
import { userDirectory } from './users/user-directory';

/** The chain as one middleware, with its guards. */
export interface Sallyport<Users extends KnownUsers | undefined = KnownUsers> extends RequestHandler, Guards {
  /**
   * The chain for routes that guests may use too: a request without credentials passes, with `req.auth` undefined; one
   * with invalid credentials is refused as usual. Guards after it answer guests with 401.
   */
  readonly optional: RequestHandler;
  /**
   * Authenticates a request that has no response, such as a WebSocket upgrade, with the same limits and events; writes
   * nothing. Rejects with the `SallyportError` that the chain would answer. The client's address is `request.ip`, or
   * else that of the connection. Can be called again while a connection is open: a request that this chain has accepted
   * before is verified again, without rate limits, and without counting it or its refusal.
   */
  readonly verify: Verify;
  /** The error handler, with the realm of the chain; mount it last. */
  readonly problemDetails: ErrorRequestHandler;
  /** The store of users with the chain's cache; undefined without `users`. */
  readonly users: Users;
  /**
   * The `auth.issuer` of tokens with this `iss`: the issuer itself, the one that it is an alias of, or a tenant.
   * Undefined for an `iss` whose tokens are not accepted.
   */
  issuerNamed(iss: string): string | undefined;
  /** Reads keys and revocations before the first request; rejects if one of them cannot be read. */
  ready(): Promise<void>;
  state(): SallyportState;
  /** Stops what the chain has started: for tests and shutdown. Key sources and stores that you passed stay open. */
  close(): void;
}

export interface SallyportState {
  readonly keys: readonly (KeySourceState & { readonly issuer: string })[];
  readonly revocations: RevocationsState | undefined;
}

/**
 * The complete chain: address limit, authentication, provisioning of the user, subject limit.
 *
 * @example
 * const port = sallyport({ issuer: 'https://issuer.example', audience: 'https://api.example', users: memoryUsers() });
 * app.use('/api', port);
 * app.get('/api/notes/:userId', port.requireOwner('userId'), listNotes);
 * app.use(port.problemDetails);
 *
 * @throws {TypeError} at mount, for an option that is unknown, missing or out of range.
 */
export function sallyport(options: SallyportOptions): Sallyport;
export function sallyport(options: OptionsWithoutUsers): Sallyport<undefined>;
export function sallyport(options: AnyOptions): Sallyport<KnownUsers | undefined> {
  const checked = issuersOf(options);
  const { onError, onEvent, revocations, realm } = options;
  const issuers = checked.map((issuer) => keyed(issuer, onEvent));
  const users = options.users && userDirectory(options.users, onEvent);
  const possession = possessionOf(options);
  const tokens = possession?.credentials ?? [bearer()];
  const credentials = options.credentials ?? (options.apiKeys ? [...tokens, apiKey()] : tokens);
  const way = chain(handlers({ ...options, credentials }, issuers, users, possession));
  const stopForgetting = revocations?.onRevoked((revocation) => {
    if (revocation.by === 'subject') users?.forget(identityOf(revocation));
  });
  const problemOptions: ProblemDetailsOptions = {
    ...(realm !== undefined && { realm }),
    ...(onError && { onError }),
    ...(onEvent && { onEvent }),
  };

  return Object.assign(way, {
    optional: optional(way, credentials, onEvent, possession),
    verify: verifyBy(way, onError),
    ...guards(options, issuers),
    problemDetails: problemDetails(problemOptions),
    users,
    issuerNamed(iss: string) {
      for (const { names } of issuers) {
        const named = names.named(iss);
        if (named !== undefined) return named;
      }
      return undefined;
    },
    async ready() {
      await Promise.all([...issuers.map(({ keys }) => keys.prewarm()), revocations?.prewarm()]);
    },
    state: () => ({
      keys: issuers.map(({ issuer, keys }) => ({ ...keys.state(), issuer })),
      revocations: revocations?.state(),
    }),
    close() {
      stopForgetting?.();
      for (const { keys, ownKeys } of issuers) if (ownKeys) keys.close();
    },
  });
}

function identityOf({ issuer, value }: { readonly issuer: string; readonly value: string }): Identity {
  return { issuer, subject: value };
}
