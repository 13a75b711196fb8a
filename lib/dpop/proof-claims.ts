import { hash } from 'node:crypto';
import type { JwtPayload } from '../auth';
import { InvalidDpopProofError } from './errors';
import type { ProofRules } from './proof-options';

/** What the claims of a proof are compared with. */
export interface ProofContext {
  readonly method: string;
  /** As `normalTarget` spells them. */
  readonly targets: readonly string[];
  /** The token that it came with. */
  readonly token: string;
}

/** Claims that each proof has (RFC 9449 section 4.2), of the right types. */
export interface ProofClaims {
  readonly jti: string;
  readonly htm: string;
  readonly htu: string;
  readonly iat: number;
  readonly ath: string;
  readonly nonce?: unknown;
  readonly exp?: unknown;
  readonly nbf?: unknown;
}

const MAX_JTI = 512;

/** Section 4.3 (3). Throws `InvalidDpopProofError`. */
export function readClaims(payload: JwtPayload): ProofClaims {
  const claims = payload as Readonly<Record<string, unknown>>;
  for (const name of ['jti', 'htm', 'htu', 'ath']) {
    if (typeof claims[name] !== 'string' || claims[name] === '') throw malformed(name);
  }
  if ((claims['jti'] as string).length > MAX_JTI) throw malformed('jti');
  if (!Number.isFinite(claims['iat'])) throw malformed('iat');
  return payload as unknown as ProofClaims;
}

/** Section 4.3 (10): a proof must hold a nonce that this server issued recently. */
export function checkNonce({ nonce }: ProofClaims, { nonces }: ProofRules): void {
  if (!nonces) return;
  if (nonce === undefined) throw wanted('Make the DPoP proof with the nonce of this answer.', nonces.issue());
  if (typeof nonce !== 'string' || !nonces.accepts(nonce))
    throw wanted('The nonce of the DPoP proof is not accepted; take that of this answer.', nonces.issue());
}

/** Section 4.3 (11): the age by `iat`; with nonces, by theirs, which this server's own clock measures. */
export function checkTime({ iat, exp, nbf }: ProofClaims, rules: ProofRules): void {
  const { maxAgeSeconds, clockTolerance, nonces } = rules;
  const now = rules.now() / 1000;
  if (!nonces) {
    if (iat > now + clockTolerance) throw new InvalidDpopProofError('The DPoP proof is of the future (iat).');
    if (iat < now - maxAgeSeconds - clockTolerance)
      throw new InvalidDpopProofError('The DPoP proof is too old (iat).');
  }
  if (exp !== undefined && !(typeof exp === 'number' && exp > now - clockTolerance))
    throw new InvalidDpopProofError('The DPoP proof has expired.');
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= now + clockTolerance))
    throw new InvalidDpopProofError('The DPoP proof is not valid yet.');
}

/** Section 4.3 (8, 9 and 12). `normal` brings a URI into the form of the targets. */
export function checkContext(
  { htm, htu, ath }: ProofClaims,
  { method, targets, token }: ProofContext,
  normal: (uri: string) => string | undefined,
): void {
  if (htm !== method) throw new InvalidDpopProofError('The DPoP proof is of another method (htm).');
  const target = normal(htu);
  if (target === undefined || !targets.includes(target))
    throw new InvalidDpopProofError('The DPoP proof is of another URI (htu).');
  if (ath !== hash('sha256', token, 'base64url'))
    throw new InvalidDpopProofError('The DPoP proof is of another token (ath).');
}

function malformed(name: string): InvalidDpopProofError {
  return new InvalidDpopProofError(`The DPoP proof's ${name} is missing or malformed.`);
}

function wanted(detail: string, nonce: string): InvalidDpopProofError {
  return new InvalidDpopProofError(detail, { error: 'use_dpop_nonce', nonce });
}
