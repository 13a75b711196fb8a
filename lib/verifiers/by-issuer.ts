import type { Verifier } from '../auth';
import { asVerifier, judgeOf } from '../judge';
import { firstOf } from './first-of';
import { parseStrictJws } from '../tokens/strict-jws';

export interface OfIssuer {
  /** Character by character. */
  readonly issuer: string;
  readonly verifier: Verifier;
}

/** Sends each token to the verifier of its issuer, so that a request costs the same however many issuers there are. */
export function byIssuer(verifiers: readonly OfIssuer[]): Verifier {
  const [only, ...others] = verifiers;
  if (only && others.length === 0) return only.verifier;
  const judges = new Map(verifiers.map(({ issuer, verifier }) => [issuer, judgeOf(verifier)]));
  // Says what is wrong with a token of none of them.
  const all = judgeOf(firstOf(...verifiers.map(({ verifier }) => verifier)));

  return asVerifier(function verifyByIssuer(token, signal) {
    const judge = judges.get(parseStrictJws(token).payload.iss ?? '') ?? all;
    return judge(token, signal);
  });
}
