import { KeysUnavailableError } from '../../errors';
import type { UnusableKey } from '../../events';
import { fetchJson, type Fetch, type FetchLimits } from '../../keys/fetch-json';
import { ALGORITHMS, type Algorithm } from '../../keys/algorithms';
import { isRecord } from '../../keys/jwk';
import { kidOf } from '../../keys/jwk-candidates';
import { readJwkSet } from '../../keys/jwk-set';
import { KeyFetchFailure } from '../../keys/key-fetch-failure';
import type { KeySource } from '../../keys/key-source';
import { remoteKeys, type RemoteKeysOptions } from '../../keys/remote-keys';

/** One response of the issuer. `asked` and `answered` are times of this machine, in milliseconds since the epoch. */
export interface Exchange {
  readonly url: string;
  readonly asked: number;
  readonly answered: number;
  readonly status: number;
  readonly date: string | null;
  /** The Age header: seconds that a cache has held the response for. */
  readonly age: string | null;
}

export interface UsableKey {
  readonly kid: string;
  /** The algorithms that it can verify. */
  readonly algorithms: readonly Algorithm[];
}

export interface Reading {
  readonly keys: KeySource;
  /** The keys that were read; empty if reading failed. */
  readonly usable: readonly UsableKey[];
  readonly unusable: readonly UnusableKey[];
  readonly failure: KeyFetchFailure | undefined;
  readonly exchanges: readonly Exchange[];
}

const MAX_BYTES = 524_288;
const TIMEOUT = 5000;

/**
 * Reads an issuer's keys as `sallyport()` does, and records each response. Throws a `TypeError` for a URL that is not
 * allowed.
 */
export async function readIssuer(options: RemoteKeysOptions, now: () => number): Promise<Reading> {
  const exchanges: Exchange[] = [];
  const watched: Fetch = async (url, init) => {
    const asked = now();
    const response = await fetch(url, init);
    const { status, headers } = response;
    exchanges.push({
      url,
      asked,
      answered: now(),
      status,
      date: headers.get('date'),
      age: headers.get('age'),
    });
    return response;
  };
  const keys = remoteKeys({ ...options, fetch: watched });
  try {
    await keys.prewarm();
    return { keys, ...(await readKeys(exchanges.at(-1)?.url ?? '')), failure: undefined, exchanges };
  } catch (error) {
    keys.close();
    const failure = error instanceof KeysUnavailableError ? error.cause : error;
    if (!(failure instanceof KeyFetchFailure)) throw error;
    return { keys, usable: [], unusable: failure.unusable, failure, exchanges };
  }
}

/** Fetches the set once more, to list its keys: a key source only finds a key by its kid. */
async function readKeys(url: string): Promise<Pick<Reading, 'usable' | 'unusable'>> {
  const limits: FetchLimits = {
    fetch: (address, init) => fetch(address, init),
    maxBytes: MAX_BYTES,
    headersFor: () => Promise.resolve({}),
  };
  const document = await fetchJson(url, limits, AbortSignal.timeout(TIMEOUT));
  const set = readJwkSet(document);
  const members = isRecord(document) && Array.isArray(document['keys']) ? document['keys'] : [];
  const kids = new Set(members.map(kidOf).filter((kid) => kid !== undefined));
  const listed = [...kids].map((kid) => ({
    kid,
    algorithms: ALGORITHMS.filter((alg) => set?.keys.get(kid, alg) !== undefined),
  }));
  return { usable: listed.filter(({ algorithms }) => algorithms.length > 0), unusable: set?.unusable ?? [] };
}
