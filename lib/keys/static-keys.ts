import { createPublicKey } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { safely, type OnEvent } from '../events';
import { refuseUnknown } from '../options';
import { jwkOf, UnusableJwk } from './jwk';
import { readJwkSet, type JwkSet } from './jwk-set';
import type { Jwk, KeySource, KeySourceState, VerificationKey } from './key-source';

export interface StaticKeysOptions {
  /** Called once, at mount, with the event `keys_refreshed` for a JWK Set, which lists the unusable keys. */
  readonly onEvent?: OnEvent;
}

/** Greatest number of kids that are cached for one PEM key, since callers can forge any number. */
const MAX_KIDS = 100;

/**
 * A key source with fixed keys, without network requests.
 *
 * `keys` is a JWK Set object (RFC 7517 section 5), or one public key as PEM (`BEGIN PUBLIC KEY`, `BEGIN RSA PUBLIC
 * KEY` or `BEGIN CERTIFICATE`). A PEM key has no `kid`, so it verifies tokens with any `kid`.
 *
 * ```js
 * const keys = staticKeys(await readFile('clerk.pem', 'utf8'));
 * const verifier = jwtVerifier({ issuer, audience, keys });
 * ```
 *
 * @throws {TypeError} when it is called, for an unknown option, or if `keys` has no usable key.
 */
export function staticKeys(
  keys: string | { readonly keys: readonly object[] },
  options: StaticKeysOptions = {},
): KeySource {
  refuseUnknown('staticKeys', options, ['onEvent']);
  return typeof keys === 'string' ? pemKeys(keys) : setKeys(keys, safely(options.onEvent));
}

function pemKeys(pem: string): KeySource {
  const jwk = readPem(pem);
  const byKid = new LRUCache<string, VerificationKey>({ max: MAX_KIDS });
  const handedOut = new WeakSet<VerificationKey>();
  const find = (kid: string): VerificationKey => {
    const known = byKid.get(kid);
    if (known) return known;
    const key = Object.freeze({ kid, jwk: Object.freeze({ kid, ...jwk }) });
    byKid.set(kid, key);
    handedOut.add(key);
    return key;
  };
  return source('static PEM key', 1, find, (key) => handedOut.has(key));
}

function readPem(pem: string): Jwk {
  if (!/-----BEGIN (?:RSA PUBLIC KEY|PUBLIC KEY|CERTIFICATE)-----/.test(pem) || pem.includes('PRIVATE KEY')) {
    throw new TypeError(
      'staticKeys: expected the PEM of a public key, which begins "-----BEGIN PUBLIC KEY-----"',
    );
  }
  try {
    return jwkOf(createPublicKey(pem));
  } catch (error) {
    const why = error instanceof UnusableJwk ? error.message : 'it cannot be read';
    throw new TypeError(`staticKeys: the PEM key is unusable: ${why}`, { cause: error });
  }
}

function setKeys(document: unknown, tell: OnEvent): KeySource {
  const set = readJwkSet(document);
  if (!set) throw new TypeError('staticKeys: expected PEM text or a JWK Set object: { keys: [...] }');
  if (set.keys.size === 0) throw new TypeError(`staticKeys: the JWK Set has no usable key${reasons(set)}`);
  const name = 'static JWK Set';
  tell({ type: 'keys_refreshed', source: name, keys: set.keys.size, unusable: set.unusable });
  const find = (kid: string, alg?: string) => set.keys.get(kid, alg) ?? set.keys.get(kid);
  return source(name, set.keys.size, find, (key) => set.keys.has(key));
}

function reasons({ unusable }: JwkSet): string {
  if (unusable.length === 0) return '';
  return `: ${unusable.map(({ kid, why }) => `${kid ?? '(no kid)'}: ${why}`).join('; ')}`;
}

function source(
  name: string,
  keys: number,
  find: (kid: string, alg?: string) => VerificationKey | undefined,
  holds: (key: VerificationKey) => boolean,
): KeySource {
  const state: KeySourceState = Object.freeze({
    source: name,
    keys,
    ageSeconds: 0,
    stale: false,
    lastFailure: undefined,
    nextRefreshSeconds: undefined,
  });
  return {
    find: (kid, _signal, alg) => Promise.resolve(find(kid, alg)),
    peek: find,
    holds,
    prewarm: () => Promise.resolve(),
    state: () => state,
    close: () => undefined,
  };
}
