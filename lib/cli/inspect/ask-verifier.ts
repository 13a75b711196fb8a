import { InvalidTokenError, KeysUnavailableError } from '../../errors';
import type { KeySource } from '../../keys/key-source';
import { jwtVerifier } from '../../tokens/jwt-verifier';
import type { JwtVerifierOptions } from '../../tokens/jwt-verifier-options';
import { nodeCrypto } from '../../tokens/node-crypto-engine';

/** The verifier's decision, and whether it checked the signature. */
export interface Verdict {
  readonly accepted: boolean;
  readonly refusal: InvalidTokenError | undefined;
  /** Why the keys could not be read. */
  readonly keysFailure: unknown;
  /** Undefined if the signature was not checked: an earlier rule was broken, or no key was found. */
  readonly isSigned: boolean | undefined;
}

/** The key source where no issuer is given. */
export const NO_KEYS: KeySource = {
  find: () => Promise.reject(new KeysUnavailableError(1)),
  holds: () => false,
  prewarm: () => Promise.reject(new KeysUnavailableError(1)),
  state: () => ({
    source: 'none',
    keys: 0,
    ageSeconds: undefined,
    stale: false,
    lastFailure: undefined,
    nextRefreshSeconds: undefined,
  }),
  close: () => undefined,
};

/** Throws any error that is neither a refusal nor missing keys. */
export async function askVerifier(token: string, options: JwtVerifierOptions): Promise<Verdict> {
  const engine = nodeCrypto();
  let isSigned: boolean | undefined;
  const watching: JwtVerifierOptions['engine'] = {
    name: 'node:crypto',
    async verify(jws, key, alg) {
      isSigned = await engine.verify(jws, key, alg);
      return isSigned;
    },
  };
  try {
    await jwtVerifier({ ...options, engine: watching })(token);
    return { accepted: true, refusal: undefined, keysFailure: undefined, isSigned };
  } catch (error) {
    if (error instanceof InvalidTokenError)
      return { accepted: false, refusal: error, keysFailure: undefined, isSigned };
    if (error instanceof KeysUnavailableError)
      return { accepted: false, refusal: undefined, keysFailure: error.cause ?? error, isSigned };
    throw error;
  }
}
