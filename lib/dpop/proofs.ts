import { hash, randomUUID } from 'node:crypto';
import { InvalidTokenError } from '../errors';
import type { OnEvent } from '../events';
import { hasMethods } from '../options';
import type { ReplayStore } from '../replays/replay-store';
import { guarded } from '../stores/guarded';
import { nodeCrypto } from '../tokens/node-crypto-engine';
import { ownHeader, parseStrictJws, type StrictJws } from '../tokens/strict-jws';
import { InvalidDpopProofError } from './errors';
import { checkContext, checkNonce, checkTime, readClaims, type ProofContext } from './proof-claims';
import { proofKeys } from './proof-key';
import type { ProofRules } from './proof-options';
import { normalTarget } from './target-uri';

/** In characters; the key and the signature of RSA with 4096 bits take half of them. */
const MAX_PROOF_LENGTH = 8192;

export interface PresentedProof extends ProofContext {
  readonly proof: string;
  /** The thumbprint of the key that the token is bound to (`cnf.jkt`). */
  readonly jkt: string;
  /** Whether this request's proof was accepted before: its age and `jti` are then not checked again. */
  readonly isKnown: boolean;
}

/** Verifies a proof by RFC 9449 section 4.3. Rejects with `InvalidDpopProofError`, or `StoreUnavailableError` (503). */
export type ProofJudge = (presented: PresentedProof) => Promise<void>;

export function proofJudge(
  rules: ProofRules,
  replays: ReplayStore | undefined,
  onEvent: OnEvent | undefined,
): ProofJudge {
  if (replays === undefined || !hasMethods(replays, ['claim']))
    throw new TypeError(
      'dpop: "replays" must be a replay store, such as memoryReplays() or that of mongoStores()',
    );
  const store = guarded(replays, { name: 'replays', ...(onEvent && { onEvent }) });
  const engine = nodeCrypto();
  const keyOf = proofKeys(rules.algorithms);
  const leaseMs = leaseOf(rules);

  /** Only the first claim of a `jti` succeeds, over all instances, until the proof is too old for each of them. */
  async function useOnce(thumbprint: string, jti: string): Promise<void> {
    const name = `dpop:${hash('sha256', JSON.stringify([thumbprint, jti]), 'base64url')}`;
    const claim = await store.claim(name, randomUUID(), leaseMs);
    if (claim !== 'claimed') throw new InvalidDpopProofError('The DPoP proof was used before (jti).');
  }

  return async function judgeProof({ proof, jkt, isKnown, ...context }) {
    const jws = parsed(proof);
    const { alg, key, thumbprint } = keyOf(proof.slice(0, proof.indexOf('.')), jws.header);
    if (!(await engine.verify(jws, key, alg)))
      throw new InvalidDpopProofError("The DPoP proof's signature does not verify.");
    const claims = readClaims(jws.payload);
    if (thumbprint !== jkt)
      throw new InvalidDpopProofError('The token is bound to another key than the DPoP proof.');
    checkContext(claims, context, normalTarget);
    if (isKnown) return;
    checkNonce(claims, rules);
    checkTime(claims, rules);
    await useOnce(thumbprint, claims.jti);
  };
}

function parsed(proof: string): StrictJws {
  try {
    return parseStrictJws(proof, MAX_PROOF_LENGTH, ownHeader);
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error;
    throw new InvalidDpopProofError('The DPoP proof is malformed.');
  }
}

/** Twice the time for which one instance accepts a proof, since the clocks of two instances may differ. */
function leaseOf({ maxAgeSeconds, clockTolerance, nonces }: ProofRules): number {
  return 2000 * ((nonces?.lifetimeSeconds ?? maxAgeSeconds + clockTolerance) + clockTolerance);
}
