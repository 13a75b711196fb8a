import { whileWanted } from '../abort';
import type { Auth, Verifier } from '../auth';
import { InternalError, InvalidTokenError, RevocationsUnavailableError } from '../errors';
import { asVerifier, isPending, judgeOf } from '../judge';
import { hasMethods } from '../options';
import { provenanceOf } from '../provenance';
import type { Revocations } from '../revocations/revocations';

/** All that is asked of revocations for a request. */
type Asked = Pick<Revocations, 'check' | 'whenReady'> & Partial<Pick<Revocations, 'retentionSeconds'>>;

/**
 * Refuses proofs that were revoked. Goes around a cache, never inside it, so that a revocation acts on the next request.
 * Refuses tokens too that live longer, from `iat` to `exp`, than revocations are kept: one would be forgotten before its
 * token ends.
 *
 * @throws {InvalidTokenError} 401 `revoked`; `claims` for a token that lives too long.
 * @throws {RevocationsUnavailableError} 503, while this process cannot know what was revoked.
 *
 * @example
 * const verifier = revocable(cached(jwtVerifier({ issuer, audience })), revocationFeed({ store }));
 */
export function revocable<C>(verifier: Verifier<C>, revocations: Asked): Verifier<C> {
  if (typeof verifier !== 'function') throw new TypeError('revocable: give a verifier first');
  if (!hasMethods(revocations, ['check'])) {
    throw new TypeError('revocable: give revocations second, such as revocationFeed()');
  }

  const judge = judgeOf(verifier);
  const { retentionSeconds = Infinity } = revocations;

  function checked(auth: Auth, signal: AbortSignal | undefined): Auth | Promise<Auth> {
    checkNamed(auth);
    checkOutlived(auth, retentionSeconds);
    try {
      revocations.check(auth);
      return auth;
    } catch (error) {
      // A process that was frozen reads again before it refuses.
      const ready = error instanceof RevocationsUnavailableError ? revocations.whenReady?.() : undefined;
      if (!ready) throw error;
      return whileWanted(ready, signal).then(() => {
        revocations.check(auth);
        return auth;
      });
    }
  }

  return asVerifier(function verifyUnrevoked(credential, signal) {
    const auth = judge(credential, signal);
    return isPending(auth) ? auth.then((proven) => checked(proven, signal)) : checked(auth, signal);
  });
}

/**
 * A token that does not say when it was issued may be used from now on until it ends. One without an end, such as an
 * introspected one, is accepted for as long as a revocation of it would be remembered; one with neither is its verifier's.
 */
function checkOutlived({ kind, issuer, subject, expiresAt, payload }: Auth, retentionSeconds: number): void {
  if (kind !== 'token') return;
  const now = Date.now() / 1000;
  if ((expiresAt ?? now) - (payload.iat ?? now) <= retentionSeconds) return;
  const detail = 'The token lives longer than revocations are kept.';
  throw new InvalidTokenError('claims', detail, { proven: { issuer, subject } });
}

/** A key is revoked by its id, which a copy of its proof no longer has: that must not pass for a key that is not revoked. */
function checkNamed(auth: Auth): void {
  if (auth.kind !== 'api-key' || provenanceOf(auth)?.keyId !== undefined) return;
  throw new InternalError({ cause: new Error('the proof of an API key has no key id; see vouch') });
}
