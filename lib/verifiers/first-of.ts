import type { Auth, Verifier } from '../auth';
import { SallyportError } from '../errors';
import { asVerifier, isPending, judgeOf } from '../judge';

/**
 * Joins verifiers of one kind, such as several issuers: the first that accepts. Goes on only after a 401, and an outage
 * on the way wins over a later 401: the one who is down might have accepted.
 *
 * @throws {TypeError} when it is called, without a verifier, or with an argument that is none.
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

/** Of several refusals, the one of the verifier that knew the issuer. */
function moreTelling(before: unknown, now: unknown): unknown {
  const foreign = (error: unknown): boolean =>
    error === undefined || (error as { reason?: string }).reason === 'unknown_issuer';
  return foreign(before) ? now : before;
}
