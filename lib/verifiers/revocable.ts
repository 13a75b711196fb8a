import type { Verifier } from '../auth';
import type { Revocations } from '../revocations/revocations';

/**
 * Refuses proofs that were revoked. Goes around a cache, never inside it, so that a revocation acts on the next request.
 *
 * @throws {InvalidTokenError} 401 `revoked`.
 * @throws {RevocationsUnavailableError} 503, while nobody here knows what was revoked.
 */
export function revocable<C>(verifier: Verifier<C>, revocations: Pick<Revocations, 'check'>): Verifier<C> {
  if (typeof verifier !== 'function') throw new TypeError('revocable: give a verifier first');
  if (typeof revocations.check !== 'function') {
    throw new TypeError('revocable: give revocations second, such as revocationFeed()');
  }

  return async function verifyUnrevoked(credential, signal) {
    const auth = await verifier(credential, signal);
    revocations.check(auth);
    return auth;
  };
}
