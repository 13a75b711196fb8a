import { randomBytes, type KeyObject } from 'node:crypto';
import type { Jwk } from '../keys/key-source';
import type { SigningAlgorithms } from './issuer-options';
import { generateSigningKey, type SigningAlgorithm } from './sign-token';

/** A key that a test issuer signs with. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** The keys of one test issuer: those it signs with now, and all that it publishes. */
export interface KeyRing {
  /** The newest key of that algorithm; of the first one when it has none such. */
  readonly current: (algorithm?: SigningAlgorithm) => SigningKey;
  /** Any key it ever had. */
  readonly byKid: (kid: string) => SigningKey | undefined;
  /** One new key for each algorithm; the old ones stay published. */
  readonly rotate: () => void;
  /** Stops publishing that key, or all but the current ones. */
  readonly withdraw: (kid?: string) => void;
  readonly jwks: () => { keys: Jwk[] };
}

export function keyRing([first, ...others]: SigningAlgorithms, firstKid?: string): KeyRing {
  const all: SigningKey[] = [];
  const published = new Set<SigningKey>();

  const add = (algorithm: SigningAlgorithm): SigningKey => {
    const kid = all.length === 0 && firstKid !== undefined ? firstKid : `key-${all.length + 1}-${nonce()}`;
    const key = { kid, algorithm, ...generateSigningKey(algorithm) };
    all.push(key);
    published.add(key);
    return key;
  };
  const addAll = () => ({ first: add(first), others: others.map(add) });
  let current = addAll();

  return {
    rotate() {
      current = addAll();
    },
    current(algorithm) {
      const ofIt = (key: SigningKey): boolean => key.algorithm === algorithm;
      return ofIt(current.first) ? current.first : (current.others.findLast(ofIt) ?? current.first);
    },
    byKid: (kid) => all.find((key) => key.kid === kid),
    withdraw(kid) {
      const kept = new Set([current.first, ...current.others]);
      for (const key of published)
        if (kid === undefined ? !kept.has(key) : key.kid === kid) published.delete(key);
    },
    jwks: () => ({ keys: [...published].map(publicJwk) }),
  };
}

function publicJwk({ kid, algorithm, publicKey }: SigningKey): Jwk {
  return { kid, use: 'sig', alg: algorithm, ...(publicKey.export({ format: 'jwk' }) as Jwk) };
}

/** Kids of two issuers differ unless a test wants them equal. */
function nonce(): string {
  return randomBytes(4).toString('hex');
}
