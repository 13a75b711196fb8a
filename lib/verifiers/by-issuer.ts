import type { Auth, Verifier } from '../auth';
import { InvalidTokenError } from '../errors';
import { excerpt } from '../excerpt';
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
  const all = judgeOf(firstOf(...verifiers.map(({ verifier }) => verifier)));
  const expected = excerpt(verifiers.map(({ names }) => names.expected).join(', ')) ?? '';

  /** Says what is wrong with a token of none of them. */
  function refuse(token: string, signal?: AbortSignal): Auth | Promise<Auth> {
    try {
      return all(token, signal);
    } catch (error) {
      if (!(error instanceof InvalidTokenError) || error.reason !== 'unknown_issuer') throw error;
      throw new InvalidTokenError(error.reason, error.detail, { mismatch: { ...error.mismatch, expected } });
    }
  }

  function judgeFor(iss: unknown): Judge {
    if (typeof iss !== 'string') return refuse;
    return listed.get(iss) ?? families.find(({ names }) => names.named(iss) !== undefined)?.judge ?? refuse;
  }

  return asVerifier(function verifyByIssuer(token, signal) {
    return judgeFor(parseStrictJws(token, maxTokenLength).payload.iss)(token, signal);
  });
}
