import { whileWanted } from '../abort';
import type { Auth, Verifier } from '../auth';
import { InternalError, InvalidTokenError, RevocationsUnavailableError } from '../errors';
import { asVerifier, isPending, judgeOf } from '../judge';
import { hasMethods } from '../options';
import { provenanceOf } from '../provenance';
import type { Revocations } from '../revocations/revocations';

/** The part of `Revocations` that requests need. */
type Asked = Pick<Revocations, 'check' | 'whenReady'> & Partial<Pick<Revocations, 'retentionSeconds'>>;

/**
 * Refuses credentials that were revoked. Wrap it around `cached`, not inside it, so that a revocation takes effect at
 * the next request. Also refuses tokens that live longer, from `iat` to `exp`, than revocations are kept: a revocation
 * would be deleted before its token expires.
 *
 * @throws {InvalidTokenError} 401 `revoked`; `claims` for a token that lives too long.
 * @throws {RevocationsUnavailableError} 503, while this process does not know what was revoked.
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
      // A process that was suspended reads the revocations again before it refuses.
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
 * Without `iat`, the lifetime counts from now. Without an expiry, as some introspected tokens are, it counts until now:
 * the token is accepted for as long as revocations are kept. A token with neither is left to its verifier.
 */
function checkOutlived({ kind, issuer, subject, expiresAt, payload }: Auth, retentionSeconds: number): void {
  if (kind !== 'token') return;
  const now = Date.now() / 1000;
  if ((expiresAt ?? now) - (payload.iat ?? now) <= retentionSeconds) return;
  const detail = 'The token lives longer than revocations are kept.';
  throw new InvalidTokenError('claims', detail, { proven: { issuer, subject } });
}

/** API keys are revoked by id. A copy of a proof has none, so its revocation could not be seen: 500. */
function checkNamed(auth: Auth): void {
  if (auth.kind !== 'api-key' || provenanceOf(auth)?.keyId !== undefined) return;
  throw new InternalError({ cause: new Error('the proof of an API key has no key id; see vouch') });
}
