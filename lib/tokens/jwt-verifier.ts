import { hash } from 'node:crypto';
import type { Auth, Verifier } from '../auth';
import { InvalidTokenError } from '../errors';
import { asVerifier } from '../judge';
import type { VerificationKey } from '../keys/key-source';
import { vouch, type Provenance } from '../provenance';
import { keyFits, type Algorithm } from '../keys/algorithms';
import type { ClaimProblem } from './claim-rules';
import { acceptedUntil } from './claims';
import { deepFreeze } from './deep-freeze';
import { checkHeader } from './header';
import { jwtRules, type JwtVerifierOptions } from './jwt-verifier-options';
import { findProblem, RULES_AFTER_SIGNATURE, RULES_BEFORE_SIGNATURE } from './rules';
import { readScopes } from './scopes';
import { parseStrictJws, type StrictJws } from './strict-jws';

/**
 * Verifies JWT access tokens of one issuer (RFC 7519, RFC 8725): strict parse, key, signature, claims.
 *
 * @example
 * const verify = jwtVerifier({ issuer: 'https://issuer.example', audience: 'https://api.example' });
 * const { subject } = await verify(token);
 *
 * @throws {InvalidTokenError} 401, with a reason. `proven` is set when the signature was good.
 * @throws {KeysUnavailableError} 503, when the issuer's keys cannot be had.
 */
export function jwtVerifier(options: JwtVerifierOptions): Verifier {
  const { algorithms, claims, engine, keys, now } = jwtRules(options);
  const seconds = (): number => Math.floor(now() / 1000);

  /** One function for all tokens of a key. */
  const holding = new WeakMap<VerificationKey, () => boolean>();
  function stillHolds(key: VerificationKey): () => boolean {
    const known = holding.get(key) ?? (() => keys.holds(key));
    holding.set(key, known);
    return known;
  }

  function conclude(jws: StrictJws, key: VerificationKey, isSigned: boolean): Auth {
    if (!isSigned) throw new InvalidTokenError('signature', "The token's signature does not verify.");
    const problem = findProblem(RULES_AFTER_SIGNATURE, jws, claims, seconds());
    if (problem) throw refusal(problem, jws);
    return proof(jws, { stillHolds: stillHolds(key), validUntil: acceptedUntil(jws.payload, claims) });
  }

  function verifyWith(
    key: VerificationKey | undefined,
    alg: Algorithm,
    jws: StrictJws,
  ): Auth | Promise<Auth> {
    const usable = usableKey(key, alg);
    const isSigned = engine.verify(jws, usable, alg);
    if (typeof isSigned === 'boolean') return conclude(jws, usable, isSigned);
    return isSigned.then((signed) => conclude(jws, usable, signed));
  }

  return asVerifier(function verifyJwt(token, signal) {
    const jws = parseStrictJws(token);
    const { alg, kid } = checkHeader(jws.header, algorithms);
    const early = findProblem(RULES_BEFORE_SIGNATURE, jws, claims, seconds());
    if (early) throw new InvalidTokenError(early.reason, early.detail);
    const key = keys.peek?.(kid);
    if (key) return verifyWith(key, alg, jws);
    return keys.find(kid, signal).then((found) => verifyWith(found, alg, jws));
  });
}

function usableKey(key: VerificationKey | undefined, alg: Algorithm): VerificationKey {
  if (!key) throw new InvalidTokenError('unknown_key', "The issuer has no such key as the token's kid.");
  if (!keyFits(key.jwk, alg))
    throw new InvalidTokenError('algorithm', "The token's algorithm is not that of its key.");
  return key;
}

/** The signature was good: whoever holds this token is its subject, so the refusal counts as theirs. */
function refusal({ reason, detail }: ClaimProblem, jws: StrictJws): Error {
  const { iss: issuer, sub: subject } = jws.payload as Record<string, unknown>;
  const proven = typeof issuer === 'string' && typeof subject === 'string' ? { issuer, subject } : undefined;
  return new InvalidTokenError(reason, detail, proven && { proven });
}

function proof(jws: StrictJws, verdict: Pick<Provenance, 'stillHolds' | 'validUntil'>): Auth {
  const { iss: issuer, sub: subject, exp } = jws.payload as { iss: string; sub: string; exp: number };
  const auth: Auth = {
    kind: 'token',
    issuer,
    subject,
    scopes: Object.freeze(readScopes(jws.payload) ?? []),
    expiresAt: exp,
    payload: deepFreeze(jws.payload),
    header: jws.header,
  };
  return vouch(auth, { ...verdict, fingerprint: hash('sha256', jws.signingInput, 'base64url') });
}
