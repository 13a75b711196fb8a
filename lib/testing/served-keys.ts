import { KeysUnavailableError } from '../errors';
import { readJwkSet, type JwkSet } from '../keys/jwk-set';
import type { KeySource } from '../keys/key-source';
import { whileWanted } from '../abort';

/** How an in-process issuer behaves towards whoever asks for its keys. */
export type Availability = 'up' | 'down' | 'hanging';

export interface ServedKeys extends KeySource {
  readonly become: (availability: Availability) => void;
}

/** A `KeySource` that sees a test issuer's keys as they are at this moment: no network, no cache, no timers. */
export function servedKeys(issuer: string, served: () => unknown): ServedKeys {
  let availability: Availability = 'up';
  let last: JwkSet | undefined;
  let waiting: (() => void)[] = [];

  const usable = (): JwkSet => {
    last = readJwkSet(served(), last);
    if (availability === 'down' || !last || last.keys.size === 0) throw new KeysUnavailableError(1);
    return last;
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
    holds: (key) => availability === 'up' && readJwkSet(served(), last)?.keys.has(key) === true,
    async prewarm() {
      await answering();
      usable();
    },
    state: () => ({
      source: issuer,
      keys: readJwkSet(served(), last)?.keys.size ?? 0,
      ageSeconds: 0,
      stale: false,
      lastFailure: availability === 'up' ? undefined : availability,
      nextRefreshSeconds: undefined,
    }),
  };
}
