import type { Request, RequestHandler } from 'express';
import type { Auth, Credential, CredentialKind } from '../auth';
import { SallyportError } from '../errors';
import { safely, type SallyportEvent } from '../events';
import { isPending } from '../judge';
import { failureOf, toNext } from '../passage/failure';
import { enterGates, leaveGates, type Gate } from '../passage/gates';
import { termsOf } from '../passage/challenge-terms';
import { passageOf } from '../passage/passage';
import { isUntouched, setAuth } from '../passage/proof';
import { refused, tellRefused } from '../passage/refusals';
import { requestIdOf } from '../passage/request-id';
import { prover, type AuthenticateOptions, type Proven, type Prover } from './prover';
import { realmOf } from './realm';
import { unverified } from './unverified';

export type { AuthenticateOptions } from './prover';

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

  function prove(limits: Limits, ...way: Parameters<RequestHandler>): void | Promise<void> {
    const [request, response, next] = way;
    const passage = passageOf(request);
    let found: Credential | undefined;
    const accept = ({ auth, headers }: Proven): void => {
      leaveGates(limits ?? []);
      if (found) passage.accept(authenticateRequest, found.credential);
      setAuth(request, passage, auth, authenticateRequest);
      if (headers) for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      response.setHeader('Cache-Control', 'no-store');
      if (onEvent) {
        passage.tell = emit;
        emit(verified(auth, requestIdOf(request, response)));
      }
      next();
    };
    let proven: Proven | Promise<Proven>;
    try {
      found = find(request, passage);
      proven = judge(found, request, response);
    } catch (error) {
      return refuse.uncounted(limits, error, found?.kind, ...way);
    }
    const { kind } = found;
    if (isPending(proven))
      return proven.then(accept, (error: unknown) => refuse.uncounted(limits, error, kind, ...way));
    accept(proven);
  }

  const authenticateRequest: RequestHandler = (request, response, next) => {
    const passage = passageOf(request);
    if (passage.provenBy === authenticateRequest && isUntouched(request, passage)) {
      next();
      return;
    }
    const limits = acceptedBefore(authenticateRequest, find, request) ? undefined : passage.gates;
    const turn = limits && enterGates(limits, request, response);
    if (!turn) return toNext(prove(limits, request, response, next), next);
    const outcome = turn.then((late) => {
      if (late) refuse.counted(late, request, response, next);
      else return prove(limits, request, response, next);
    });
    return toNext(outcome, next);
  };
  return authenticateRequest;
}

function verified({ kind, issuer, subject }: Auth, requestId: string): SallyportEvent {
  return { type: 'verified', requestId, kind, issuer, subject };
}

/** Whether the credential of the request is one that was accepted with it before. */
function acceptedBefore(by: object, find: Prover['find'], request: Request): boolean {
  const passage = passageOf(request);
  if (!passage.hasAccepted(by)) return false;
  try {
    return passage.hasAccepted(by, find(request, passage).credential);
  } catch (error) {
    // Told where it is judged.
    if (error instanceof SallyportError) return false;
    throw error;
  }
}

/**
 * What limits one verification. Undefined where the credential was accepted with this request before: it is judged again
 * whatever the limits say, since a caller who is revoked must not keep a connection open by flooding them.
 */
type Limits = readonly Gate[] | undefined;

/** Tells a refusal and hands it on. `uncounted`: lets the limiters count it first. */
function refuser(options: AuthenticateOptions) {
  const realm = realmOf('authenticate', options);
  const tell = options.onEvent && safely(options.onEvent);

  function counted(answer: Error, ...[request, response, next]: Parameters<RequestHandler>): void {
    // Also where an error handler answers that knows only statuses: a 401 has a challenge (RFC 9110 section 15.5.2).
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
    ...way: Parameters<RequestHandler>
  ): Promise<void> {
    const [request, response] = way;
    tell?.(unverified(error, kind));
    const failure = failureOf(error);
    const answer =
      limits && failure instanceof SallyportError ? await refused(request, response, failure) : failure;
    leaveGates(limits ?? []);
    counted(answer, ...way);
  }

  return { counted, uncounted };
}
