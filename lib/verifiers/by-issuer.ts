import type { Auth, Verifier } from '../auth';
import { InvalidTokenError } from '../errors';
import { excerpt } from '../excerpt';
import { asVerifier, judgeOf, type Judge } from '../judge';
import { firstOf } from './first-of';
import type { IssuerNames } from '../tokens/issuer-names';
import type { TokenVerifier } from '../tokens/jwt-verifier';
import { parseStrictJws, type StrictJws } from '../tokens/strict-jws';

export interface OfIssuer extends TokenVerifier {
  readonly names: IssuerNames;
}

/**
 * Parses each token once and passes it to the verifier of its `iss`, so that listed issuers are not tried in turn. Each
 * verifier limits the length of its own tokens; `maxTokenLength` is the greatest of these limits.
 */
export function byIssuer(verifiers: readonly OfIssuer[], maxTokenLength: number): Verifier {
  const [only, ...others] = verifiers;
  if (only && others.length === 0) return only.verifier;
  const listed = new Map(
    verifiers.flatMap(({ names, judgeParsed }) => names.listed.map((iss) => [iss, judgeParsed])),
  );
  const families = verifiers.filter(({ names }) => names.open.length > 0);
  const all = judgeOf(firstOf(...verifiers.map(({ verifier }) => verifier)));
  const expected = excerpt(verifiers.map(({ names }) => names.expected).join(', ')) ?? '';

  /** Refuses a token whose `iss` belongs to no issuer; the mismatch lists all of them. */
  function refuse(token: string, signal?: AbortSignal): Auth | Promise<Auth> {
    try {
      return all(token, signal);
    } catch (error) {
      if (!(error instanceof InvalidTokenError) || error.reason !== 'unknown_issuer') throw error;
      throw new InvalidTokenError(error.reason, error.detail, { mismatch: { ...error.mismatch, expected } });
    }
  }

  function judgeFor(iss: unknown): Judge<StrictJws> | undefined {
    if (typeof iss !== 'string') return undefined;
    return listed.get(iss) ?? families.find(({ names }) => names.named(iss) !== undefined)?.judgeParsed;
  }

  return asVerifier(function verifyByIssuer(token, signal) {
    const jws = parseStrictJws(token, maxTokenLength);
    const judge = judgeFor(jws.payload.iss);
    return judge ? judge(jws, signal) : refuse(token, signal);
  });
}
