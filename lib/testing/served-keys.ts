import { KeysUnavailableError } from '../errors';
import { readJwkSet, type JwkSet } from '../keys/jwk-set';
import type { KeySource } from '../keys/key-source';
import { whileWanted } from '../abort';

/** How an in-process issuer answers requests for its keys. */
export type Availability = 'up' | 'down' | 'hanging';

export interface ServedKeys extends KeySource {
  readonly become: (availability: Availability) => void;
}

/** A `KeySource` with the current keys of a test issuer: no network, no cache, no timers. */
export function servedKeys(issuer: string, served: () => unknown): ServedKeys {
  let availability: Availability = 'up';
  let last: JwkSet | undefined;
  let lastText: string | undefined;
  let waiting: (() => void)[] = [];

  /** Called for each request, so a set is parsed only if it has changed. */
  const read = (): JwkSet | undefined => {
    const document = served();
    const text = JSON.stringify(document);
    if (text !== lastText) last = readJwkSet(document, last);
    lastText = text;
    return last;
  };
  const usable = (): JwkSet => {
    const set = read();
    if (availability === 'down' || !set || set.keys.size === 0) throw new KeysUnavailableError(1);
    return set;
  };
  const answering = async (signal?: AbortSignal): Promise<void> => {
    if (availability !== 'hanging') return;
    await whileWanted(new Promise<void>((resolve) => waiting.push(resolve)), signal);
  };

  const become = (next: Availability): void => {
    availability = next;
    if (next === 'hanging') return;
    for (const resume of waiting) resume();
    waiting = [];
  };

  return {
    become,
    close: () => become('down'),
    async find(kid, signal, alg) {
      await answering(signal);
      const { keys } = usable();
      return keys.get(kid, alg) ?? keys.get(kid);
    },
    holds: (key) => availability === 'up' && read()?.keys.has(key) === true,
    async prewarm() {
      await answering();
      usable();
    },
    state: () => ({
      source: issuer,
      keys: read()?.keys.size ?? 0,
      ageSeconds: 0,
      stale: false,
      lastFailure: availability === 'up' ? undefined : availability,
      nextRefreshSeconds: undefined,
    }),
  };
}
