import type { Request, RequestHandler } from 'express';
import type { Auth, Credential, Verifier } from '../auth';
import { bearer } from '../credentials/bearer';
import type { Extractor } from '../credentials/extractor';
import { InternalError, InvalidRequestError, MissingCredentialsError, SallyportError } from '../errors';
import { safely, type OnEvent } from '../events';
import { refuseUnknown } from '../options';
import { failureOf } from './failure';
import { enterGates, leaveGates } from './gates';
import { isUntouched, provenBy, setAuth } from './proof';
import { refused, tellRefused } from './refusals';

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
  const emit = safely(options.onEvent);

  return async function authenticateRequest(request, response, next) {
    if (provenBy(request, authenticateRequest)) {
      next();
      return;
    }
    const turn = enterGates(request);
    const late = turn && (await turn);
    if (late) {
      next(late);
      return;
    }
    let auth: Auth;
    try {
      if (!isUntouched(request))
        throw new InternalError({ cause: new Error('req.auth was set before authenticate') });
      auth = await prove(request);
    } catch (error) {
      const answer = error instanceof SallyportError ? await refused(request, error) : failureOf(error);
      tellRefused(request, answer, emit);
      next(answer);
      return;
    } finally {
      leaveGates(request);
    }
    setAuth(request, auth, authenticateRequest);
    response.setHeader('Cache-Control', 'no-store');
    emit({ type: 'verified', kind: auth.kind, issuer: auth.issuer, subject: auth.subject });
    next();
  };
}

function prover(options: AuthenticateOptions): (request: Request) => Promise<Auth> {
  refuseUnknown('authenticate', options, ['verifier', 'credentials', 'onEvent']);
  if (typeof options.verifier !== 'function')
    throw new TypeError('authenticate: "verifier" must be a verifier');
  if (options.credentials) {
    const { credentials, verifier } = options;
    return (request) => verifier(onlyCredential(request, credentials));
  }
  const { verifier } = options;
  const tokens = [bearer()];
  return (request) => verifier(onlyCredential(request, tokens).credential);
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
