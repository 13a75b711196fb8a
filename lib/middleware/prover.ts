import type { Request, Response } from 'express';
import type { Auth, Credential, Verifier } from '../auth';
import { bearer } from '../credentials/bearer';
import type { Extractor } from '../credentials/extractor';
import { InternalError, InvalidRequestError, MissingCredentialsError } from '../errors';
import type { OnEvent } from '../events';
import { isPending, judgeOf, type Judge } from '../judge';
import { checkKeyAddress } from '../limits/key-addresses';
import { hasMethods, refuseUnknown } from '../options';
import { noProof } from '../passage/copies';
import { passageOf, type Passage } from '../passage/passage';
import { checkUnbound, type Possession, type ProofHeaders } from '../passage/possession';
import { isUntouched } from '../passage/proof';

export type AuthenticateOptions = {
  /** The realm in the challenge of a 401, if an error handler other than `problemDetails` answers it. Default "api". */
  readonly realm?: string;
  /**
   * Checks that the sender of a token that is bound to a key (`cnf`) holds the key: see `possession` of
   * `sallyport/dpop`. Default: such tokens are refused.
   */
  readonly possession?: Possession;
  /** Called with each event, for logs and metrics. It may throw or reject: that changes no answer. */
  readonly onEvent?: OnEvent;
} & (
  | {
      /** Verifies tokens. */
      readonly verifier: Verifier;
      readonly credentials?: never;
    }
  | {
      /** Where credentials are read from; a request with more than one is a 400. Default: `bearer()` only. */
      readonly credentials: readonly Extractor[];
      /** Verifies the credentials that they find; see `byKind`. */
      readonly verifier: Verifier<Credential>;
    }
);

export interface Prover {
  /** Returns the only credential of a request. Throws for none, for several, and if other code has set `req.auth`. */
  readonly find: (request: Request, passage: Passage) => Credential;
  /** Verifies the credential, and sets response headers of the possession check, such as the next DPoP nonce. */
  readonly judge: (credential: Credential, request: Request, response: Response) => Auth | Promise<Auth>;
}

export function prover(options: AuthenticateOptions): Prover {
  refuseUnknown('authenticate', options, ['verifier', 'credentials', 'realm', 'possession', 'onEvent']);
  if (typeof options.verifier !== 'function')
    throw new TypeError('authenticate: "verifier" must be a verifier');
  const { possession } = options;
  if (possession !== undefined && !hasMethods(possession, ['check']))
    throw new TypeError('authenticate: "possession" must be what possession() of sallyport/dpop makes');
  const verify = credentialJudge(options);
  const { credentials = possession?.credentials ?? [bearer()] } = options;
  checkExtractors('authenticate', credentials);

  function possessed(
    auth: Auth,
    credential: Credential,
    request: Request,
    response: Response,
  ): Auth | Promise<Auth> {
    if (auth.kind === 'api-key') checkKeyAddress(auth, request);
    if (!possession) {
      checkUnbound(auth);
      return auth;
    }
    if (credential.dpopProof !== undefined) checkAdmitted(auth, credential.dpopProof, request, response);
    const say = (headers: ProofHeaders): Auth => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      return auth;
    };
    const headers = possession.check(auth, credential, request);
    return headers instanceof Promise ? headers.then(say) : say(headers);
  }

  return {
    find(request, passage) {
      passage.schemes = possession?.schemes;
      if (!isUntouched(request, passage))
        throw new InternalError({ cause: noProof('req.auth was set before authenticate') });
      return onlyCredential(request, credentials);
    },
    judge(credential, request, response) {
      const auth = verify(credential);
      return isPending(auth)
        ? auth.then((verified) => possessed(verified, credential, request, response))
        : possessed(auth, credential, request, response);
    },
  };
}

/** Checks the rate limits first, since each new proof is stored for replay protection. */
function checkAdmitted(auth: Auth, proof: string, request: Request, response: Response): void {
  const { limits, acceptedProof } = passageOf(request);
  if (proof === acceptedProof) return;
  for (const limit of limits) {
    const refusal = limit.admit(auth, request, response);
    if (refusal) throw refusal;
  }
}

function credentialJudge(options: AuthenticateOptions): Judge<Credential> {
  if (options.credentials) return judgeOf(options.verifier);
  const judge = judgeOf(options.verifier);
  return ({ credential }) => judge(credential);
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
