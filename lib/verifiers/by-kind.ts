import type { Credential, CredentialKind, Verifier } from '../auth';
import { asVerifier, judgeOf } from '../judge';
import { refuseUnknown } from '../options';

/**
 * Passes each credential to the verifier for its kind.
 *
 * @throws {TypeError} when it is called, for an unknown kind, or a kind without a verifier.
 *
 * @example
 * const verifier = byKind({ token: jwtVerifier({ issuer, audience }), 'api-key': apiKeyVerifier({ keys: memoryApiKeys() }) });
 * app.use('/api', authenticate({ credentials: [bearer(), apiKey()], verifier }));
 */
export function byKind(verifiers: Readonly<Record<CredentialKind, Verifier>>): Verifier<Credential> {
  refuseUnknown('byKind', verifiers, ['token', 'api-key']);
  for (const kind of ['token', 'api-key'] as const) {
    if (typeof verifiers[kind] !== 'function') throw new TypeError(`byKind: "${kind}" must be a verifier`);
  }
  const judges = { token: judgeOf(verifiers.token), 'api-key': judgeOf(verifiers['api-key']) };

  return asVerifier(function verifyByKind({ kind, credential }, signal) {
    return judges[kind](credential, signal);
  });
}
