import type { Auth, Verifier } from '../auth';
import { SallyportError } from '../errors';
import { asVerifier, isPending, judgeOf } from '../judge';

/**
 * Tries verifiers of one kind in order, such as those of several issuers, until one accepts. Only after a 401 or 503 is
 * the next one tried. If none accepts, a 503 takes precedence over a 401: the unavailable one might have accepted.
 *
 * @throws {TypeError} when it is called, without a verifier, or with an argument that is not a verifier.
 *
 * @example
 * const verifier = firstOf(jwtVerifier({ issuer, audience }), jwtVerifier({ issuer: 'https://other.example', audience }));
 */
export function firstOf(...verifiers: readonly Verifier[]): Verifier {
  if (verifiers.length === 0) throw new TypeError('firstOf: give at least one verifier');
  if (verifiers.some((verify) => typeof (verify as unknown) !== 'function'))
    throw new TypeError('firstOf: each argument must be a verifier');

  const judges = verifiers.map(judgeOf);

  return asVerifier(function verifyFirstOf(credential, signal) {
    let outage: unknown;
    let refusal: unknown;

    function note(error: unknown): void {
      const status = error instanceof SallyportError ? error.status : 500;
      if (status === 503) outage ??= error;
      else if (status === 401) refusal = moreTelling(refusal, error);
      else throw error;
    }

    function from(index: number): Auth | Promise<Auth> {
      const judge = judges[index];
      if (!judge) throw outage ?? refusal;
      try {
        const auth = judge(credential, signal);
        if (!isPending(auth)) return auth;
        return auth.then(undefined, (error: unknown) => {
          note(error);
          return from(index + 1);
        });
      } catch (error) {
        note(error);
      }
      return from(index + 1);
    }

    return from(0);
  });
}

/** Prefers the refusal of a verifier that knows the issuer. */
function moreTelling(before: unknown, now: unknown): unknown {
  const foreign = (error: unknown): boolean =>
    error === undefined || (error as { reason?: string }).reason === 'unknown_issuer';
  return foreign(before) ? now : before;
}
