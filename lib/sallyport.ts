import type { ErrorRequestHandler, RequestHandler } from 'express';
import { apiKeyVerifier } from './api-keys/api-key-verifier';
import type { Auth, Credential, Identity, Verifier } from './auth';
import { apiKey } from './credentials/api-key';
import { bearer } from './credentials/bearer';
import type { Extractor } from './credentials/extractor';
import type { OnEvent } from './events';
import type { KeySource, KeySourceState } from './keys/key-source';
import { issuerKeys } from './keys/issuer-keys';
import { authenticate } from './middleware/authenticate';
import { chain } from './middleware/chain';
import { optional } from './middleware/optional';
import { problemDetails, type ProblemDetailsOptions } from './middleware/problem-details';
import { provisionUser } from './middleware/provision-user';
import { rateLimit } from './middleware/rate-limit';
import { ownerGuard, requireOwner } from './middleware/require-owner';
import { requireRole } from './middleware/require-role';
import { requireAnyScope, requireKeyScope, requireScope } from './middleware/require-scope';
import { requireToken } from './middleware/require-token';
import { verifyBy, type Verify } from './middleware/verify';
import { DEFAULT_CACHE_SECONDS, DEFAULT_CLOCK_TOLERANCE } from './options';
import type { RevocationsState } from './revocations/revocations';
import {
  issuersOf,
  type NamedIssuer,
  type OptionsWithoutUsers,
  type SallyportOptions,
} from './sallyport-options';
import { guarded } from './stores/guarded';
import type { IssuerNames } from './tokens/issuer-names';
import { tokenVerifier } from './tokens/jwt-verifier';
import type { JwtVerifierOptions } from './tokens/jwt-verifier-options';
import { MAX_TOKEN_LENGTH } from './tokens/strict-jws';
import { userDirectory } from './users/user-directory';
import type { KnownUsers } from './users/known-users';
import { byIssuer } from './verifiers/by-issuer';
import { byKind } from './verifiers/by-kind';
import { cached } from './verifiers/cached';
import { revocable } from './verifiers/revocable';
import { tokensAlone } from './verifiers/tokens-alone';

/** The chain as one middleware, with the guards that fit it. */
export interface Sallyport<Users extends KnownUsers | undefined = KnownUsers> extends RequestHandler {
  /**
   * The same chain for routes that serve guests too: a request without credentials passes with `req.auth` undefined, a bad
   * credential is refused as ever. A guard behind it answers guests with 401.
   */
  readonly optional: RequestHandler;
  /**
   * The proof of a request that has no response, such as a WebSocket upgrade: same limits, same events, nothing written.
   * Rejects with the `SallyportError` that the chain would answer. Its address is `request.ip` where that is set, else that
   * of the connection. Asked again of the same request it judges its credential again, and counts it no second time: for
   * connections that stay open.
   */
  readonly verify: Verify;
  /** Only the user whom this path parameter names. */
  requireOwner(parameter: string): RequestHandler;
  requireScope(...scopes: readonly string[]): RequestHandler;
  /** One of the scopes is enough. */
  requireAnyScope(...scopes: readonly string[]): RequestHandler;
  /** One of the roles is enough; no API keys. */
  requireRole(...roles: readonly string[]): RequestHandler;
  /** Scopes that API keys need; a user's own token needs none. */
  requireKeyScope(...scopes: readonly string[]): RequestHandler;
  /** No API keys. */
  requireToken(): RequestHandler;
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
  const { onError, onEvent, revocations, owner, realm } = options;
  const issuers = checked.map((issuer) => keyed(issuer, onEvent));
  const users = options.users && userDirectory(options.users, onEvent);
  const credentials = options.credentials ?? (options.apiKeys ? [bearer(), apiKey()] : [bearer()]);
  const way = chain(handlers({ ...options, credentials }, issuers, users));
  const stopForgetting = revocations?.onRevoked((revocation) => {
    if (revocation.by === 'subject') users?.forget(identityOf(revocation));
  });
  const problemOptions: ProblemDetailsOptions = {
    ...(realm !== undefined && { realm }),
    ...(onError && { onError }),
    ...(onEvent && { onEvent }),
  };

  return Object.assign(way, {
    optional: optional(way, credentials, onEvent),
    verify: verifyBy(way, onError),
    requireOwner: (parameter: string) =>
      users || !owner
        ? requireOwner(parameter, owner ? { owner } : {})
        : ownerGuard(parameter, owner as (auth: Auth) => string),
    requireScope,
    requireAnyScope,
    requireRole,
    requireKeyScope,
    requireToken,
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

type AnyOptions = SallyportOptions | OptionsWithoutUsers;

interface Keyed {
  readonly options: JwtVerifierOptions;
  readonly issuer: string;
  readonly names: IssuerNames;
  readonly keys: KeySource;
  /** A source that the host made is the host's to close. */
  readonly ownKeys: boolean;
}

function keyed({ options, names }: NamedIssuer, onEvent: OnEvent | undefined): Keyed {
  const { issuer, keys } = options;
  if (keys) return { options, issuer, names, keys, ownKeys: false };
  const { allowHttp, ...rest } = options;
  const made = issuerKeys({ issuer, ...(allowHttp && { allowHttp }) }, onEvent);
  return { options: { ...rest, keys: made }, issuer, names, keys: made, ownKeys: true };
}

/** In the order of a request's way. */
function handlers(
  options: AnyOptions & { readonly credentials: readonly Extractor[] },
  issuers: readonly Keyed[],
  users: KnownUsers | undefined,
): RequestHandler[] {
  const { addressLimit, subjectLimit, realm, onEvent } = options;
  const told = onEvent && { onEvent };
  const address = addressLimit === false ? [] : [rateLimit({ by: 'address', ...addressLimit, ...told })];
  const subject = subjectLimit === false ? undefined : rateLimit({ by: 'subject', ...subjectLimit, ...told });
  return [
    ...address,
    ...(subject ? [subject.refusals] : []),
    authenticate({
      credentials: options.credentials,
      verifier: verifierOf(options, issuers),
      ...(realm !== undefined && { realm }),
      ...told,
    }),
    ...(users ? [provisionUser({ users, clockTolerance: toleranceOf(issuers) })] : []),
    ...(subject ? [subject] : []),
  ];
}

/** Revocation around the caches, one cache for each kind: a kind that floods does not push the other out. */
function verifierOf(options: AnyOptions, issuers: readonly Keyed[]): Verifier<Credential> {
  const { apiKeys, cache, engine, onEvent, revocations } = options;
  if (cache) revocations?.outliveCache?.(cache.seconds ?? DEFAULT_CACHE_SECONDS);
  const told = onEvent && { onEvent };
  const remembered = (verifier: Verifier): Verifier =>
    cache === false ? verifier : cached(verifier, { ...cache, ...told });
  const token = remembered(
    byIssuer(
      issuers.map(({ names, options: own }) => ({
        names,
        ...tokenVerifier({ ...own, ...(engine && { engine }) }),
      })),
      Math.max(...issuers.map(({ options: { maxTokenLength = MAX_TOKEN_LENGTH } }) => maxTokenLength)),
    ),
  );
  const verifier: Verifier<Credential> = apiKeys
    ? byKind({
        token,
        'api-key': remembered(
          apiKeyVerifier({ keys: guarded(apiKeys, { name: 'api-keys', ...told }), ...told }),
        ),
      })
    : tokensAlone(token);
  return revocations ? revocable(verifier, revocations) : verifier;
}

function identityOf({ issuer, value }: { readonly issuer: string; readonly value: string }): Identity {
  return { issuer, subject: value };
}

/** Of the issuer whose clock may be furthest ahead. */
function toleranceOf(issuers: readonly Keyed[]): number {
  return Math.max(...issuers.map(({ options }) => options.clockTolerance ?? DEFAULT_CLOCK_TOLERANCE));
}
