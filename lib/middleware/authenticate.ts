import type { RequestHandler } from 'express';
import type { CredentialKind } from '../auth';
import { SallyportError } from '../errors';
import { safely } from '../events';
import { isPending } from '../judge';
import { failureOf, toNext } from '../passage/failure';
import { enterGates, leaveGates } from '../passage/gates';
import { termsOf } from '../passage/challenge-terms';
import { passageOf } from '../passage/passage';
import { isUntouched, setAuth } from '../passage/proof';
import { refused, tellRefused } from '../passage/refusals';
import { requestIdOf } from '../passage/request-id';
import { prover, type AuthenticateOptions, type Proven } from './prover';
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

  function prove(...[request, response, next]: Parameters<RequestHandler>): void | Promise<void> {
    const passage = passageOf(request);
    const accept = ({ auth, headers }: Proven): void => {
      leaveGates(passage.gates);
      setAuth(request, passage, auth, authenticateRequest);
      if (headers) for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
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
    let proven: Proven | Promise<Proven>;
    try {
      const credential = find(request, passage);
      ({ kind } = credential);
      proven = judge(credential, request, response);
    } catch (error) {
      return refuse.uncounted(error, kind, request, response, next);
    }
    if (isPending(proven))
      return proven.then(accept, (error: unknown) => refuse.uncounted(error, kind, request, response, next));
    accept(proven);
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
      response.set(answer.headersFor(realm, termsOf(request)));
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
