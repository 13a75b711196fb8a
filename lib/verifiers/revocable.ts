import type { Auth, Verifier } from '../auth';
import { InternalError } from '../errors';
import { asVerifier, isPending, judgeOf } from '../judge';
import { hasMethods } from '../options';
import { provenanceOf } from '../provenance';
import type { Revocations } from '../revocations/revocations';

/**
 * Refuses proofs that were revoked. Goes around a cache, never inside it, so that a revocation acts on the next request.
 *
 * @throws {InvalidTokenError} 401 `revoked`.
 * @throws {RevocationsUnavailableError} 503, while nobody here knows what was revoked.
 */
export function revocable<C>(verifier: Verifier<C>, revocations: Pick<Revocations, 'check'>): Verifier<C> {
  if (typeof verifier !== 'function') throw new TypeError('revocable: give a verifier first');
  if (!hasMethods(revocations, ['check'])) {
    throw new TypeError('revocable: give revocations second, such as revocationFeed()');
  }

  const judge = judgeOf(verifier);

  function checked(auth: Auth): Auth {
    checkNamed(auth);
    revocations.check(auth);
    return auth;
  }

  return asVerifier(function verifyUnrevoked(credential, signal) {
    const auth = judge(credential, signal);
    return isPending(auth) ? auth.then(checked) : checked(auth);
  });
}

/** A key is revoked by its id, which a copy of its proof no longer has: that must not pass for a key that is not revoked. */
function checkNamed(auth: Auth): void {
  if (auth.kind !== 'api-key' || provenanceOf(auth)?.keyId !== undefined) return;
  throw new InternalError({ cause: new Error('the proof of an API key has no key id; see vouch') });
}
