import { apiKeyVerifier } from '../api-keys/api-key-verifier';
import type { Credential, Verifier } from '../auth';
import { DEFAULT_CACHE_SECONDS } from '../options';
import type { AnyOptions } from '../sallyport-options';
import { guarded } from '../stores/guarded';
import { tokenVerifier } from '../tokens/jwt-verifier';
import { MAX_TOKEN_LENGTH } from '../tokens/strict-jws';
import { byIssuer } from '../verifiers/by-issuer';
import { byKind } from '../verifiers/by-kind';
import { cached } from '../verifiers/cached';
import { revocable } from '../verifiers/revocable';
import { tokensAlone } from '../verifiers/tokens-alone';
import type { Keyed } from './keyed-issuers';

/** Checks revocations after the cache. Each kind has its own cache, so that many of one kind do not evict the other. */
export function credentialVerifier(
  options: AnyOptions,
  issuers: readonly Keyed[],
  boundTokens: boolean,
): Verifier<Credential> {
  const { apiKeys, cache, engine, onEvent, revocations } = options;
  if (cache) revocations?.outliveCache?.(cache.seconds ?? DEFAULT_CACHE_SECONDS);
  const told = onEvent && { onEvent };
  const remembered = (verifier: Verifier): Verifier =>
    cache === false ? verifier : cached(verifier, { ...cache, ...told });
  const token = remembered(
    byIssuer(
      issuers.map(({ names, options: own }) => ({
        names,
        ...tokenVerifier({ ...own, boundTokens, ...(engine && { engine }) }),
      })),
      Math.max(...issuers.map(({ options: { maxTokenLength = MAX_TOKEN_LENGTH } }) => maxTokenLength)),
    ),
  );
  const verifier: Verifier<Credential> = apiKeys
    ? byKind({
        token,
        'api-key': remembered(
          apiKeyVerifier({ keys: guarded(apiKeys, { name: 'api-keys', ...told }), ...told }),
        ),
      })
    : tokensAlone(token);
  return revocations ? revocable(verifier, revocations) : verifier;
}
