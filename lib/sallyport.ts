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

/** The chain as one middleware, with the guards that fit it. */
export interface Sallyport<Users extends KnownUsers | undefined = KnownUsers> extends RequestHandler, Guards {
  /**
   * The same chain for routes that serve guests too: a request without credentials passes with `req.auth` undefined, a bad
   * credential is refused as ever. A guard behind it answers guests with 401.
   */
  readonly optional: RequestHandler;
  /**
   * The proof of a request that has no response, such as a WebSocket upgrade: same limits, same events, nothing written.
   * Rejects with the `SallyportError` that the chain would answer. Its address is `request.ip` where that is set, else that
   * of the connection. Asked again of a request that this chain has let in, it judges its credential again, limits it no second
   * time and counts neither it nor its refusal: for connections that stay open.
   */
  readonly verify: Verify;
  /** The error handler, in the chain's realm; mount it last. */
  readonly problemDetails: ErrorRequestHandler;
  /** The users as the chain knows them; undefined where it was given none. */
  readonly users: Users;
  /**
   * The `auth.issuer` of tokens with this `iss`: the issuer itself, the one that this is another spelling of, or a tenant.
   * Undefined for an `iss` of which no token is accepted.
   */
  issuerNamed(iss: string): string | undefined;
  /** Reads keys and revocations now rather than at the first request; rejects with what cannot be read. */
  ready(): Promise<void>;
  state(): SallyportState;
  /** Stops what the chain started itself: for tests and shutdown. Sources and stores given to it stay the host's. */
  close(): void;
}

export interface SallyportState {
  readonly keys: readonly (KeySourceState & { readonly issuer: string })[];
  readonly revocations: RevocationsState | undefined;
}

/**
 * The whole chain: address limit, authentication, provisioning, subject limit.
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
