import { hash } from 'node:crypto';
import type { Auth, Verifier } from '../auth';
import { InvalidTokenError, type Mismatch } from '../errors';
import { excerpt } from '../excerpt';
import { asVerifier, isPending, type Judge } from '../judge';
import type { VerificationKey } from '../keys/key-source';
import { vouch, type Provenance } from '../provenance';
import type { Algorithm } from '../keys/algorithms';
import type { ClaimProblem } from './claim-rules';
import { acceptedUntil } from './claims';
import { deepFreeze } from './deep-freeze';
import { isProblem, readGrants, type Granted } from './grants';
import { checkHeader } from './header';
import { jwtRules, type JwtVerifierOptions } from './jwt-verifier-options';
import { findProblem, RULES_AFTER_SIGNATURE, RULES_BEFORE_SIGNATURE } from './rules';
import { checkLength, parseStrictJws, type StrictJws } from './strict-jws';
import { usableKey } from './usable-key';

/**
 * Verifies JWT access tokens of one issuer (RFC 7519, RFC 8725): strict parse, key, signature, claims.
 *
 * @example
 * const verify = jwtVerifier({ issuer: 'https://issuer.example', audience: 'https://api.example' });
 * const { subject } = await verify(token);
 *
 * @throws {InvalidTokenError} 401, with a reason. `proven` is set if the signature is valid and `sub` is a string.
 * @throws {KeysUnavailableError} 503, while no usable keys of the issuer are available.
 */
export function jwtVerifier(options: JwtVerifierOptions): Verifier {
  return tokenVerifier(options).verifier;
}

/** The verifier of one issuer, also for tokens that are already parsed. */
export interface TokenVerifier {
  readonly verifier: Verifier;
  /** Throws or rejects with the same errors as `verifier`. */
  readonly judgeParsed: Judge<StrictJws>;
}

export function tokenVerifier(options: JwtVerifierOptions): TokenVerifier {
  const { algorithms, claims, engine, keys, maxTokenLength, now } = jwtRules(options);
  const seconds = (): number => Math.floor(now() / 1000);

  /** One function per key, which all its tokens share. */
  const holding = new WeakMap<VerificationKey, () => boolean>();
  function stillHolds(key: VerificationKey): () => boolean {
    const known = holding.get(key);
    if (known) return known;
    const made = (): boolean => keys.holds(key);
    holding.set(key, made);
    return made;
  }

  function conclude(jws: StrictJws, key: VerificationKey, isSigned: boolean): Auth {
    if (!isSigned) throw new InvalidTokenError('signature', "The token's signature does not verify.");
    // Frozen before it is passed to the host's functions, and because the proof contains it.
    const payload = deepFreeze(jws.payload);
    const issuer = claims.names.of(payload) ?? '';
    const problem = findProblem(RULES_AFTER_SIGNATURE, jws, claims, seconds());
    if (problem) throw refusal(problem, jws, issuer);
    // Not by RULES_OF_GRANTS, which call the same functions: the host's are called once per token.
    const grants = readGrants(claims, payload);
    if (isProblem(grants)) throw refusal(grants, jws, issuer);
    const verdict = { stillHolds: stillHolds(key), validUntil: acceptedUntil(payload, claims) };
    return proof(jws, issuer, grants, verdict);
  }

  function verifyWith(
    key: VerificationKey | undefined,
    alg: Algorithm,
    jws: StrictJws,
  ): Auth | Promise<Auth> {
    const usable = usableKey(key, alg, jws.payload.iss);
    const isSigned = engine.verify(jws, usable, alg);
    if (typeof isSigned === 'boolean') return conclude(jws, usable, isSigned);
    return isSigned.then((signed) => conclude(jws, usable, signed));
  }

  const verifyJws = namingKid((jws, signal) => {
    const { alg, kid } = checkHeader(jws.header, algorithms);
    const early = findProblem(RULES_BEFORE_SIGNATURE, jws, claims, seconds());
    if (early) throw new InvalidTokenError(early.reason, early.detail, shownOf(early));
    const key = keys.peek?.(kid, alg);
    if (key) return verifyWith(key, alg, jws);
    return keys.find(kid, signal, alg).then((found) => verifyWith(found, alg, jws));
  });

  return {
    verifier: asVerifier(function verifyJwt(token, signal) {
      return verifyJws(parseStrictJws(token, maxTokenLength), signal);
    }),
    judgeParsed(jws, signal) {
      checkLength(jws.token, maxTokenLength);
      return verifyJws(jws, signal);
    },
  };
}

/** Adds the `kid` of the token to refusals, for the host's log. */
function namingKid(judge: Judge<StrictJws>): Judge<StrictJws> {
  return (jws, signal) => {
    try {
      const auth = judge(jws, signal);
      return isPending(auth) ? auth.catch((error: unknown) => refuse(error, jws)) : auth;
    } catch (error) {
      return refuse(error, jws);
    }
  };
}

function refuse(error: unknown, { header }: StrictJws): never {
  const { kid } = header as Record<string, unknown>;
  if (error instanceof InvalidTokenError && typeof kid === 'string')
    Object.assign(error, { kid: excerpt(kid) });
  throw error;
}

/** The signature is valid, so the refusal counts against the token's subject (`proven`). */
function refusal(problem: ClaimProblem, jws: StrictJws, issuer: string): Error {
  const { sub: subject } = jws.payload as Record<string, unknown>;
  const proven = typeof subject === 'string' ? { issuer, subject } : undefined;
  const { reason, detail } = problem;
  return new InvalidTokenError(reason, detail, { ...shownOf(problem), ...(proven && { proven }) });
}

function shownOf({ mismatch }: ClaimProblem): { readonly mismatch?: Mismatch } {
  return mismatch ? { mismatch } : {};
}

function proof(
  jws: StrictJws,
  issuer: string,
  { scopes, roles }: Granted,
  verdict: Pick<Provenance, 'stillHolds' | 'validUntil'>,
): Auth {
  const { sub: subject, exp } = jws.payload as { sub: string; exp: number };
  const auth: Auth = {
    kind: 'token',
    issuer,
    subject,
    scopes,
    roles,
    expiresAt: exp,
    payload: jws.payload,
    header: jws.header,
  };
  return vouch(auth, { ...verdict, fingerprint: hash('sha256', jws.signingInput, 'base64url') });
}
