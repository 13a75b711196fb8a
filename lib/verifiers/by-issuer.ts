import type { Verifier } from '../auth';
import { asVerifier, judgeOf, type Judge } from '../judge';
import { firstOf } from './first-of';
import type { IssuerNames } from '../tokens/issuer-names';
import { parseStrictJws } from '../tokens/strict-jws';

export interface OfIssuer {
  readonly names: IssuerNames;
  readonly verifier: Verifier;
}

/**
 * Sends each token to the verifier of its issuer, so that a request costs the same however many issuers there are. Each
 * verifier bounds the length of its own tokens; `maxTokenLength` is that of the longest.
 */
export function byIssuer(verifiers: readonly OfIssuer[], maxTokenLength: number): Verifier {
  const [only, ...others] = verifiers;
  if (only && others.length === 0) return only.verifier;
  const judges = verifiers.map(({ names, verifier }) => ({ names, judge: judgeOf(verifier) }));
  const listed = new Map(judges.flatMap(({ names, judge }) => names.listed.map((iss) => [iss, judge])));
  const families = judges.filter(({ names }) => names.open.length > 0);
  // Says what is wrong with a token of none of them.
  const all = judgeOf(firstOf(...verifiers.map(({ verifier }) => verifier)));

  function judgeFor(iss: unknown): Judge {
    if (typeof iss !== 'string') return all;
    return listed.get(iss) ?? families.find(({ names }) => names.named(iss) !== undefined)?.judge ?? all;
  }

  return asVerifier(function verifyByIssuer(token, signal) {
    return judgeFor(parseStrictJws(token, maxTokenLength).payload.iss)(token, signal);
  });
}
