import type { Request, RequestHandler } from 'express';
import type { Auth, Credential, Verifier } from '../auth';
import { bearer } from '../credentials/bearer';
import type { Extractor } from '../credentials/extractor';
import { InternalError, InvalidRequestError, MissingCredentialsError, SallyportError } from '../errors';
import { safely, type OnEvent } from '../events';
import { isPending, judgeOf } from '../judge';
import { refuseUnknown } from '../options';
import { failureOf } from '../passage/failure';
import { enterGates, leaveGates } from '../passage/gates';
import { passageOf } from '../passage/passage';
import { isUntouched, setAuth } from '../passage/proof';
import { refused, tellRefused } from '../passage/refusals';

export type AuthenticateOptions = {
  readonly onEvent?: OnEvent;
} & (
  | {
      /** Judges bearer tokens. */
      readonly verifier: Verifier;
      readonly credentials?: never;
    }
  | {
      /** Where credentials may be; more than one in a request is refused as ambiguous. */
      readonly credentials: readonly Extractor[];
      /** Judges whatever they find; see `byKind`. */
      readonly verifier: Verifier<Credential>;
    }
);

/**
 * Requires a credential and sets `req.auth`. Refuses with 401 `missing_credentials` or `invalid_token`, 400
 * `invalid_request` for malformed or ambiguous ones, and 503 where the verifier could not decide.
 */
export function authenticate(options: AuthenticateOptions): RequestHandler {
  const prove = prover(options);
  const { onEvent } = options;
  const emit = safely(onEvent);

  async function refuse(error: unknown, ...way: Parameters<RequestHandler>): Promise<void> {
    const [request, response, next] = way;
    const answer =
      error instanceof SallyportError ? await refused(request, response, error) : failureOf(error);
    leaveGates(passageOf(request).gates);
    tellRefused(request, answer, emit);
    next(answer);
  }

  function judge(...[request, response, next]: Parameters<RequestHandler>): void | Promise<void> {
    const passage = passageOf(request);
    const accept = (auth: Auth): void => {
      leaveGates(passage.gates);
      setAuth(request, passage, auth, authenticateRequest);
      response.setHeader('Cache-Control', 'no-store');
      if (onEvent) emit({ type: 'verified', kind: auth.kind, issuer: auth.issuer, subject: auth.subject });
      next();
    };
    let auth: Auth | Promise<Auth>;
    try {
      if (!isUntouched(request, passage))
        throw new InternalError({ cause: new Error('req.auth was set before authenticate') });
      auth = prove(request);
    } catch (error) {
      return refuse(error, request, response, next);
    }
    if (!isPending(auth)) accept(auth);
    else return auth.then(accept, (error: unknown) => refuse(error, request, response, next));
  }

  const authenticateRequest: RequestHandler = (request, response, next) => {
    const passage = passageOf(request);
    if (passage.provenBy === authenticateRequest && isUntouched(request, passage)) {
      next();
      return;
    }
    const turn = enterGates(passage.gates, request, response);
    if (!turn) return judge(request, response, next);
    return turn.then((late) => {
      if (late) next(late);
      else return judge(request, response, next);
    });
  };
  return authenticateRequest;
}

function prover(options: AuthenticateOptions): (request: Request) => Auth | Promise<Auth> {
  refuseUnknown('authenticate', options, ['verifier', 'credentials', 'onEvent']);
  if (typeof options.verifier !== 'function')
    throw new TypeError('authenticate: "verifier" must be a verifier');
  if (options.credentials) {
    const { credentials } = options;
    const judge = judgeOf(options.verifier);
    return (request) => judge(onlyCredential(request, credentials));
  }
  const judge = judgeOf(options.verifier);
  const tokens = [bearer()];
  return (request) => judge(onlyCredential(request, tokens).credential);
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
