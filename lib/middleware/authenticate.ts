import type { Request, RequestHandler } from 'express';
import type { Auth, Credential, CredentialKind } from '../auth';
import { SallyportError } from '../errors';
import { safely, type SallyportEvent } from '../events';
import { isPending } from '../judge';
import { failureOf, toNext } from '../passage/failure';
import { enterLimits, leaveLimits, type Limit } from '../passage/limits';
import { termsOf } from '../passage/challenge-terms';
import { passageOf, type Passage } from '../passage/passage';
import { isUntouched, setAuth } from '../passage/proof';
import { refused, tellRefused } from '../passage/refusals';
import { requestIdOf } from '../passage/request-id';
import { prover, type AuthenticateOptions, type Prover } from './prover';
import { realmOf } from './realm';
import { unverified } from './unverified';

export type { AuthenticateOptions } from './prover';

/**
 * Requires a credential and sets `req.auth`. Errors: 401 `missing_credentials` or `invalid_token`, 400
 * `invalid_request` for a malformed credential or more than one, and 503 if the verifier could not decide.
 *
 * @example
 * app.use('/api', authenticate({ verifier: jwtVerifier({ issuer, audience }) }));
 *
 * @throws {InvalidRequestError} 400, `MissingCredentialsError` and `InvalidTokenError` 401, `KeysUnavailableError` 503,
 * passed to the error handler.
 */
export function authenticate(options: AuthenticateOptions): RequestHandler {
  const { find, judge } = prover(options);
  const refuse = refuser(options);
  const accept = accepter(options);

  function prove(limits: Limits, ...way: Way): void | Promise<void> {
    const [request, response] = way;
    let found: Credential | undefined;
    let proven: Auth | Promise<Auth>;
    try {
      found = find(request, passageOf(request));
      proven = judge(found, request, response);
    } catch (error) {
      return refuse.uncounted(limits, error, found?.kind, ...way);
    }
    const { credential, kind } = found;
    if (!isPending(proven)) {
      accept(authenticateRequest, limits, proven, credential, ...way);
      return;
    }
    return proven.then(
      (auth) => accept(authenticateRequest, limits, auth, credential, ...way),
      (error: unknown) => refuse.uncounted(limits, error, kind, ...way),
    );
  }

  const authenticateRequest: RequestHandler = (request, response, next) => {
    const passage = passageOf(request);
    if (passage.provenBy === authenticateRequest && isUntouched(request, passage)) {
      next();
      return;
    }
    const limits = acceptedBefore(authenticateRequest, find, request, passage) ? undefined : passage.limits;
    passage.isJudgedAgain = limits === undefined;
    const turn = limits && enterLimits(limits, request, response);
    if (!turn) return toNext(prove(limits, request, response, next), next);
    const outcome = turn.then((late) => {
      if (late) refuse.counted(late, request, response, next);
      else return prove(limits, request, response, next);
    });
    return toNext(outcome, next);
  };
  return authenticateRequest;
}

/** Sets `req.auth` and calls the next handler. */
function accepter({ onEvent }: AuthenticateOptions) {
  const emit = safely(onEvent);

  return function accept(by: object, limits: Limits, auth: Auth, credential: string, ...way: Way): void {
    const [request, response, next] = way;
    const passage = passageOf(request);
    if (limits) leaveLimits(limits);
    passage.accept(by, credential);
    setAuth(request, passage, auth, by);
    response.setHeader('Cache-Control', 'no-store');
    if (onEvent) {
      passage.tell = emit;
      emit(verified(auth, requestIdOf(request, response)));
    }
    next();
  };
}

function verified({ kind, issuer, subject }: Auth, requestId: string): SallyportEvent {
  return { type: 'verified', requestId, kind, issuer, subject };
}

/** Whether the credential of the request was already accepted with the same request. */
function acceptedBefore(by: object, find: Prover['find'], request: Request, passage: Passage): boolean {
  if (!passage.hasAccepted(by)) return false;
  try {
    return passage.hasAccepted(by, find(request, passage).credential);
  } catch (error) {
    // The same error occurs again when the credential is verified, and is reported there.
    if (error instanceof SallyportError) return false;
    throw error;
  }
}

/**
 * The rate limits of one verification. Undefined if the credential was accepted with this request before: then it is
 * verified again without limits, since a caller who was revoked must not keep a connection open by exceeding them.
 */
type Limits = readonly Limit[] | undefined;

type Way = Parameters<RequestHandler>;

/** Emits a refusal and passes it to the error handler. `uncounted`: after the limiters have counted it. */
function refuser(options: AuthenticateOptions) {
  const realm = realmOf('authenticate', options);
  const tell = options.onEvent && safely(options.onEvent);

  function counted(answer: Error, ...[request, response, next]: Way): void {
    // For error handlers other than problemDetails: a 401 must have a challenge (RFC 9110 section 15.5.2).
    if (answer instanceof SallyportError && answer.status === 401 && !response.headersSent) {
      response.set(answer.headersFor(realm, termsOf(request)));
    }
    tellRefused(request, response, answer, tell);
    next(answer);
  }

  async function uncounted(
    limits: Limits,
    error: unknown,
    kind: CredentialKind | undefined,
    ...way: Way
  ): Promise<void> {
    const [request, response] = way;
    tell?.(unverified(error, kind));
    const failure = failureOf(error);
    let answer = failure;
    try {
      if (limits && failure instanceof SallyportError)
        answer = await refused(request, response, failure, limits);
    } finally {
      if (limits) leaveLimits(limits);
    }
    counted(answer, ...way);
  }

  return { counted, uncounted };
}
