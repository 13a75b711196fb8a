import type { Auth, Verifier } from '../auth';
import { SallyportError } from '../errors';

/**
 * Joins verifiers of one kind, such as several issuers: the first that accepts. Goes on only after a 401, and an outage
 * on the way wins over a later 401: the one who is down might have accepted.
 */
export function firstOf(...verifiers: readonly Verifier[]): Verifier {
  if (verifiers.length === 0) throw new TypeError('firstOf: give at least one verifier');
  if (verifiers.some((verify) => typeof (verify as unknown) !== 'function'))
    throw new TypeError('firstOf: each argument must be a verifier');

  return async function verifyFirstOf(credential, signal): Promise<Auth> {
    let outage: unknown;
    let refusal: unknown;
    for (const verify of verifiers) {
      try {
        return await verify(credential, signal);
      } catch (error) {
        const status = error instanceof SallyportError ? error.status : 500;
        if (status === 503) outage ??= error;
        else if (status === 401) refusal = moreTelling(refusal, error);
        else throw error;
      }
    }
    throw outage ?? refusal;
  };
}

/** Of several refusals, the one of the verifier that knew the issuer. */
function moreTelling(before: unknown, now: unknown): unknown {
  const foreign = (error: unknown): boolean =>
    error === undefined || (error as { reason?: string }).reason === 'unknown_issuer';
  return foreign(before) ? now : before;
}
