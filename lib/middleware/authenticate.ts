import type { Request, RequestHandler } from 'express';
import type { Auth, Credential, CredentialKind, Verifier } from '../auth';
import { bearer } from '../credentials/bearer';
import type { Extractor } from '../credentials/extractor';
import { InternalError, InvalidRequestError, MissingCredentialsError, SallyportError } from '../errors';
import { safely, type OnEvent } from '../events';
import { isPending, judgeOf, type Judge } from '../judge';
import { refuseUnknown } from '../options';
import { noProof } from '../passage/copies';
import { failureOf, toNext } from '../passage/failure';
import { enterGates, leaveGates } from '../passage/gates';
import { passageOf } from '../passage/passage';
import { isUntouched, setAuth } from '../passage/proof';
import { refused, tellRefused } from '../passage/refusals';
import { requestIdOf } from '../passage/request-id';
import { realmOf } from './realm';
import { unverified } from './unverified';

export type AuthenticateOptions = {
  /** The realm of the challenge of a 401, where another error handler than `problemDetails` answers it. Default "api". */
  readonly realm?: string;
  readonly onEvent?: OnEvent;
} & (
  | {
      /** Verifies bearer tokens. */
      readonly verifier: Verifier;
      readonly credentials?: never;
    }
  | {
      /** Where credentials are read from; a request with more than one is 400. Default: `bearer()` alone. */
      readonly credentials: readonly Extractor[];
      /** Verifies what they find; see `byKind`. */
      readonly verifier: Verifier<Credential>;
    }
);

/**
 * Requires a credential and sets `req.auth`. Refuses with 401 `missing_credentials` or `invalid_token`, 400
 * `invalid_request` for malformed or ambiguous ones, and 503 where the verifier could not decide.
 *
 * @example
 * app.use('/api', authenticate({ verifier: jwtVerifier({ issuer, audience }) }));
 *
 * @throws {InvalidRequestError} 400, `MissingCredentialsError` and `InvalidTokenError` 401, `KeysUnavailableError` 503,
 * handed to the error handler.
 */
export function authenticate(options: AuthenticateOptions): RequestHandler {
  const { find, judge } = prover(options);
  const refuse = refuser(options);
  const { onEvent } = options;
  const emit = safely(onEvent);

  function prove(...[request, response, next]: Parameters<RequestHandler>): void | Promise<void> {
    const passage = passageOf(request);
    const accept = (auth: Auth): void => {
      leaveGates(passage.gates);
      setAuth(request, passage, auth, authenticateRequest);
      response.setHeader('Cache-Control', 'no-store');
      if (!onEvent) {
        next();
        return;
      }
      passage.tell = emit;
      const { kind, issuer, subject } = auth;
      emit({ type: 'verified', requestId: requestIdOf(request, response), kind, issuer, subject });
      next();
    };
    let kind: CredentialKind | undefined;
    let auth: Auth | Promise<Auth>;
    try {
      if (!isUntouched(request, passage))
        throw new InternalError({ cause: noProof('req.auth was set before authenticate') });
      const credential = find(request);
      ({ kind } = credential);
      auth = judge(credential);
    } catch (error) {
      return refuse.uncounted(error, kind, request, response, next);
    }
    if (!isPending(auth)) accept(auth);
    else return auth.then(accept, (error: unknown) => refuse.uncounted(error, kind, request, response, next));
  }

  const authenticateRequest: RequestHandler = (request, response, next) => {
    const passage = passageOf(request);
    if (passage.provenBy === authenticateRequest && isUntouched(request, passage)) {
      next();
      return;
    }
    const turn = enterGates(passage.gates, request, response);
    if (!turn) return toNext(prove(request, response, next), next);
    const outcome = turn.then((late) => {
      if (late) refuse.counted(late, request, response, next);
      else return prove(request, response, next);
    });
    return toNext(outcome, next);
  };
  return authenticateRequest;
}

/** Tells a refusal and hands it on. `uncounted`: lets the limiters count it first. */
function refuser(options: AuthenticateOptions) {
  const realm = realmOf('authenticate', options);
  const tell = options.onEvent && safely(options.onEvent);

  function counted(answer: Error, ...[request, response, next]: Parameters<RequestHandler>): void {
    // Also where an error handler answers that knows only statuses: a 401 has a challenge (RFC 9110 section 15.5.2).
    if (answer instanceof SallyportError && answer.status === 401 && !response.headersSent) {
      response.set(answer.headersFor(realm));
    }
    tellRefused(request, response, answer, tell);
    next(answer);
  }

  async function uncounted(
    error: unknown,
    kind: CredentialKind | undefined,
    ...way: Parameters<RequestHandler>
  ): Promise<void> {
    const [request, response] = way;
    tell?.(unverified(error, kind));
    const answer =
      error instanceof SallyportError ? await refused(request, response, error) : failureOf(error);
    leaveGates(passageOf(request).gates);
    counted(answer, ...way);
  }

  return { counted, uncounted };
}

interface Prover {
  readonly find: (request: Request) => Credential;
  readonly judge: Judge<Credential>;
}

function prover(options: AuthenticateOptions): Prover {
  refuseUnknown('authenticate', options, ['verifier', 'credentials', 'realm', 'onEvent']);
  if (typeof options.verifier !== 'function')
    throw new TypeError('authenticate: "verifier" must be a verifier');
  if (options.credentials) {
    const { credentials } = options;
    checkExtractors('authenticate', credentials);
    return { find: (request) => onlyCredential(request, credentials), judge: judgeOf(options.verifier) };
  }
  const judge = judgeOf(options.verifier);
  const tokens = [bearer()];
  return {
    find: (request) => onlyCredential(request, tokens),
    judge: ({ credential }) => judge(credential),
  };
}

/** An empty list would refuse every request. */
export function checkExtractors(owner: string, credentials: readonly Extractor[]): void {
  const given: unknown = credentials;
  if (Array.isArray(given) && given.length > 0 && given.every((extract) => typeof extract === 'function'))
    return;
  throw new TypeError(`${owner}: "credentials" must be a list of extractors, such as [bearer()]`);
}

function onlyCredential(request: Request, extractors: readonly Extractor[]): Credential {
  let found: Credential | undefined;
  for (const extract of extractors) {
    const credential = extract(request);
    if (!credential) continue;
    if (found) throw new InvalidRequestError('Send one credential, not two.');
    found = credential;
  }
  if (!found) throw new MissingCredentialsError();
  return found;
}
