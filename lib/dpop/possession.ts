import type { Request } from 'express';
import type { Auth, Credential } from '../auth';
import { bearer } from '../credentials/bearer';
import { InvalidTokenError, type ChallengeScheme, type ChallengeSchemes } from '../errors';
import type { OnEvent } from '../events';
import { refuseUnknown } from '../options';
import { passageOf } from '../passage/passage';
import { isBound, notProven, type Possession, type ProofHeaders } from '../passage/possession';
import type { ReplayStore } from '../replays/replay-store';
import { certificateThumbprint, type CertificateOf } from './certificate';
import { dpopToken } from './dpop-token';
import { proofRules, type DpopSettings, type ProofRules } from './proof-options';
import { proofJudge } from './proofs';
import { requestTargets } from './request-targets';

export interface PossessionOptions {
  /**
   * Accepts tokens under the scheme DPoP (RFC 9449): true for DPoP beside Bearer, 'required' for DPoP only, or settings.
   * Default: not accepted.
   */
  readonly dpop?: true | 'required' | DpopSettings;
  /** Store of the `jti` of used proofs, for all instances: replay protection. Required with `dpop`. */
  readonly replays?: ReplayStore;
  /** Accepts tokens that are bound to a client certificate (RFC 8705). Default: not accepted. See `tlsCertificate`. */
  readonly certificate?: CertificateOf;
  readonly onEvent?: OnEvent;
}

/**
 * Checks with each request that its sender holds the key that its token is bound to (`cnf`, RFC 7800): by a DPoP proof,
 * by a client certificate, or by both for a token that is bound to both. A bound token that comes as a plain bearer token
 * is refused with a 401, and so is an unbound one under the scheme DPoP.
 *
 * @example
 * const verifier = revocable(cached(jwtVerifier({ issuer, audience, boundTokens: true })), revocations);
 * app.use(authenticate({ verifier, possession: possession({ dpop: true, replays: memoryReplays() }) }));
 *
 * @throws {TypeError} at mount, for an option that is unknown, missing or out of range.
 */
export function possession(options: PossessionOptions): Possession {
  refuseUnknown('possession', options, ['dpop', 'replays', 'certificate', 'onEvent']);
  const { certificate } = options;
  if (certificate !== undefined && typeof certificate !== 'function')
    throw new TypeError('possession: "certificate" must be a function, such as tlsCertificate');
  const rules = options.dpop === undefined ? undefined : proofRules(options.dpop);
  if (!rules && !certificate) throw new TypeError('possession: give "dpop", "certificate" or both');
  const checkProof = rules && proofCheck(rules, options);

  return {
    credentials: rules ? (rules.required ? [dpopToken()] : [bearer(), dpopToken()]) : [bearer()],
    schemes: schemesOf(rules),
    check(auth, credential, request) {
      if (auth.kind !== 'token') return NONE;
      const { jkt, thumbprint } = bindingOf(auth);
      if (thumbprint !== undefined) checkCertificate(thumbprint, certificate, request);
      if (credential.dpopProof !== undefined) {
        if (jkt === undefined) throw new InvalidTokenError('proof', 'The token is not bound to a DPoP key.');
        if (checkProof) return checkProof(jkt, credential, credential.dpopProof, request);
      }
      if (jkt !== undefined) throw notProven();
      if (rules?.required) throw new InvalidTokenError('proof', 'The token must come under the scheme DPoP.');
      return NONE;
    },
  };
}

function schemesOf(rules: ProofRules | undefined): ChallengeSchemes {
  const bearerScheme: ChallengeScheme = { name: 'Bearer' };
  if (!rules) return [bearerScheme];
  const dpop: ChallengeScheme = { name: 'DPoP', algs: [...rules.algorithms].join(' ') };
  return rules.required ? [dpop] : [bearerScheme, dpop];
}

const NONE: ProofHeaders = {};

interface Binding {
  readonly jkt: string | undefined;
  /** Of a certificate. */
  readonly thumbprint: string | undefined;
}

/** Unknown members of `cnf` are ignored (RFC 7800 section 3.1). One must be known, else nothing would be proven. */
function bindingOf({ payload }: Auth): Binding {
  if (!isBound(payload)) return { jkt: undefined, thumbprint: undefined };
  const { cnf } = payload as { readonly cnf?: unknown };
  const jkt = member(cnf, 'jkt');
  const thumbprint = member(cnf, 'x5t#S256');
  if (jkt === undefined && thumbprint === undefined) throw notProven();
  return { jkt, thumbprint };
}

function member(cnf: unknown, name: string): string | undefined {
  if (typeof cnf !== 'object' || cnf === null || !Object.hasOwn(cnf, name)) return undefined;
  const value = (cnf as Readonly<Record<string, unknown>>)[name];
  if (typeof value !== 'string' || value === '') throw notProven();
  return value;
}

function checkCertificate(
  thumbprint: string,
  certificateOf: CertificateOf | undefined,
  request: Request,
): void {
  const shown = certificateOf?.(request);
  if (shown === undefined || certificateThumbprint(shown) !== thumbprint) throw notProven();
}

function proofCheck(rules: ProofRules, { replays, onEvent }: PossessionOptions) {
  const judge = proofJudge(rules, replays, onEvent);
  const { nonces, publicUrls } = rules;

  return async (
    jkt: string,
    { credential: token }: Credential,
    proof: string,
    request: Request,
  ): Promise<ProofHeaders> => {
    const passage = passageOf(request);
    await judge({
      proof,
      token,
      jkt,
      method: request.method,
      targets: requestTargets(request, publicUrls),
      isKnown: passage.acceptedProof === proof,
    });
    passage.acceptedProof = proof;
    return nonces ? { 'DPoP-Nonce': nonces.issue() } : NONE;
  };
}
