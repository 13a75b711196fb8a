import type { Request, RequestHandler } from 'express';
import type { Auth, Credential, Verifier } from '../auth';
import { bearer } from '../credentials/bearer';
import type { Extractor } from '../credentials/extractor';
import { InternalError, InvalidRequestError, MissingCredentialsError, SallyportError } from '../errors';
import { safely, type OnEvent } from '../events';
import { isPending, judgeOf } from '../judge';
import { refuseUnknown } from '../options';
import { noProof } from '../passage/copies';
import { failureOf, toNext } from '../passage/failure';
import { enterGates, leaveGates } from '../passage/gates';
import { passageOf } from '../passage/passage';
import { isUntouched, setAuth } from '../passage/proof';
import { refused, tellRefused } from '../passage/refusals';
import { realmOf } from './realm';

export type AuthenticateOptions = {
  /** The realm of the challenge of a 401, where another error handler than `problemDetails` answers it. Default "api". */
  readonly realm?: string;
  readonly onEvent?: OnEvent;
} & (
  | {
      /** Judges bearer tokens. */
      readonly verifier: Verifier;
      readonly credentials?: never;
    }
  | {
      /** Where credentials are read from; a request with more than one is 400. Default: `bearer()` alone. */
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
  const refuse = refuser(options);
  const { onEvent } = options;
  const emit = safely(onEvent);

  function judge(...[request, response, next]: Parameters<RequestHandler>): void | Promise<void> {
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
      emit({ type: 'verified', kind: auth.kind, issuer: auth.issuer, subject: auth.subject });
      next();
    };
    let auth: Auth | Promise<Auth>;
    try {
      if (!isUntouched(request, passage))
        throw new InternalError({ cause: noProof('req.auth was set before authenticate') });
      auth = prove(request);
    } catch (error) {
      return refuse.uncounted(error, request, response, next);
    }
    if (!isPending(auth)) accept(auth);
    else return auth.then(accept, (error: unknown) => refuse.uncounted(error, request, response, next));
  }

  const authenticateRequest: RequestHandler = (request, response, next) => {
    const passage = passageOf(request);
    if (passage.provenBy === authenticateRequest && isUntouched(request, passage)) {
      next();
      return;
    }
    const turn = enterGates(passage.gates, request, response);
    if (!turn) return toNext(judge(request, response, next), next);
    const outcome = turn.then((late) => {
      if (late) refuse.counted(late, request, response, next);
      else return judge(request, response, next);
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

  async function uncounted(error: unknown, ...way: Parameters<RequestHandler>): Promise<void> {
    const [request, response] = way;
    const answer =
      error instanceof SallyportError ? await refused(request, response, error) : failureOf(error);
    leaveGates(passageOf(request).gates);
    counted(answer, ...way);
  }

  return { counted, uncounted };
}

function prover(options: AuthenticateOptions): (request: Request) => Auth | Promise<Auth> {
  refuseUnknown('authenticate', options, ['verifier', 'credentials', 'realm', 'onEvent']);
  if (typeof options.verifier !== 'function')
    throw new TypeError('authenticate: "verifier" must be a verifier');
  if (options.credentials) {
    const { credentials } = options;
    checkExtractors('authenticate', credentials);
    const judge = judgeOf(options.verifier);
    return (request) => judge(onlyCredential(request, credentials));
  }
  const judge = judgeOf(options.verifier);
  const tokens = [bearer()];
  return (request) => judge(onlyCredential(request, tokens).credential);
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
