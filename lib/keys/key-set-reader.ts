import { discoverJwksUri } from './discovery';
import { fetchJson, type FetchLimits } from './fetch-json';
import { readJwkSetInTurns, type JwkSet } from './jwk-set';
import { addressName } from './key-address';
import { KeyFetchFailure } from './key-fetch-failure';
import type { PlainHosts } from '../plain-hosts';

/** One attempt at reading an issuer's usable keys; rejects with a `KeyFetchFailure`. */
export type KeySetReader = (signal: AbortSignal, previous: JwkSet | undefined) => Promise<JwkSet>;

/** Either the issuer or the address of its JWK Set. */
export type KeyLocation =
  | {
      /** The issuer; discovery finds its JWK Set (OIDC or RFC 8414). https, or http to loopback or `allowHttp`. */
      readonly issuer: string;
      readonly jwksUri?: never;
    }
  | {
      /** The address of the JWK Set itself. https, or http to loopback or a host of `allowHttp`. */
      readonly jwksUri: string;
      readonly issuer?: never;
    };

interface ReaderLimits extends FetchLimits {
  readonly plain: PlainHosts;
}

/** Discovery is repeated after an hour, since an issuer may move its keys to another address. */
const REDISCOVER_MS = 3_600_000;

export function keySetReader(location: KeyLocation, limits: ReaderLimits, now: () => number): KeySetReader {
  let discovered: { readonly uri: string; readonly at: number } | undefined;

  async function address(signal: AbortSignal): Promise<string> {
    if (location.jwksUri !== undefined) return location.jwksUri;
    if (discovered && Math.abs(now() - discovered.at) < REDISCOVER_MS) return discovered.uri;
    const getJson = (url: string): Promise<unknown> => fetchJson(url, limits, signal);
    const uri = await discoverJwksUri(location.issuer, getJson, limits.plain);
    discovered = { uri, at: now() };
    return uri;
  }

  return async (signal, previous) => {
    try {
      const uri = await address(signal);
      const document = await fetchJson(uri, limits, signal);
      return usable(await readJwkSetInTurns(document, previous, signal), addressName(uri));
    } catch (error) {
      // The keys may have moved: the next attempt repeats discovery.
      discovered = undefined;
      throw error;
    }
  };
}

/** A set without a usable key counts as a failed fetch: it must not replace a set that has some. */
function usable(set: JwkSet | undefined, address: string): JwkSet {
  if (!set) throw new KeyFetchFailure('not_a_key_set', { address });
  if (set.keys.size === 0) throw new KeyFetchFailure('no_usable_keys', { address }, set);
  return set;
}
