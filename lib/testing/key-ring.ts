import type { KeyObject } from 'node:crypto';
import { generateSigningKey, type SigningAlgorithm, type SigningAlgorithms } from './sign-token';

/** A key that a test issuer signs with. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** At least one: one for each algorithm. */
export type SigningKeys = readonly [SigningKey, ...SigningKey[]];

/** The keys of one test issuer: those that it signs with, and all that it publishes. */
export interface KeyRing {
  /** The newest key for that algorithm; without one, the key for the first algorithm. */
  readonly current: (algorithm?: SigningAlgorithm) => SigningKey;
  /** The keys that it signs with. */
  readonly signing: () => SigningKeys;
  /** Any key that it has had. */
  readonly byKid: (kid: string) => SigningKey | undefined;
  /** Publishes the keys that will sign after the next `rotate`, one for each algorithm. */
  readonly publishNext: () => SigningKeys;
  /** Signs with the keys of `publishNext`, or with new ones; the old ones stay published. */
  readonly rotate: () => void;
  /** Stops publishing that key; without a kid, all keys except the current and the next ones. */
  readonly withdraw: (kid?: string) => void;
  readonly published: () => readonly SigningKey[];
}

export interface KeyRingOptions {
  readonly algorithms: SigningAlgorithms;
  readonly newKid: (count: number) => string;
  readonly firstKid: string | undefined;
  /** Whether the next keys are always published before they sign. */
  readonly publishesNext: boolean;
}

export function keyRing({ algorithms, newKid, firstKid, publishesNext }: KeyRingOptions): KeyRing {
  const all: SigningKey[] = [];
  const published = new Set<SigningKey>();

  const add = (algorithm: SigningAlgorithm): SigningKey => {
    const kid = all.length === 0 && firstKid !== undefined ? firstKid : newKid(all.length);
    const key = { kid, algorithm, ...generateSigningKey(algorithm) };
    all.push(key);
    published.add(key);
    return key;
  };
  const [first, ...others] = algorithms;
  const addAll = (): SigningKeys => [add(first), ...others.map(add)];
  let signing = addAll();
  let next: SigningKeys | undefined;
  const publishNext = (): SigningKeys => (next ??= addAll());
  if (publishesNext) publishNext();

  return {
    publishNext,
    rotate() {
      signing = publishNext();
      next = undefined;
      if (publishesNext) publishNext();
    },
    signing: () => signing,
    current: (algorithm) =>
      // The first key takes precedence over a later one for the same algorithm.
      [...signing.slice(1), signing[0]].findLast((key) => key.algorithm === algorithm) ?? signing[0],
    byKid: (kid) => all.find((key) => key.kid === kid),
    withdraw(kid) {
      const kept = new Set([...signing, ...(next ?? [])]);
      for (const key of published)
        if (kid === undefined ? !kept.has(key) : key.kid === kid) published.delete(key);
    },
    published: () => [...published],
  };
}
