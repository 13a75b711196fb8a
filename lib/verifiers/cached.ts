import { hash } from 'node:crypto';
import { whileWanted } from '../abort';
import type { Auth, Verifier } from '../auth';
import { safely, type OnEvent, type SallyportEvent } from '../events';
import { asVerifier, isPending, judgeOf } from '../judge';
import { DEFAULT_CACHE_SECONDS, refuseUnknown } from '../options';
import { verdicts } from './verdicts';

export interface CachedOptions {
  /** Entries. Default 10000. */
  readonly max?: number;
  /**
   * Seconds for which an answer is repeated, less when the credential expires or is too old sooner. Default 60; say
   * more to `revocationFeed` too, as `cacheSeconds`: a deleted API key is refused for as long.
   */
  readonly seconds?: number;
  readonly onEvent?: OnEvent;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

const HIT: SallyportEvent = Object.freeze({ type: 'cache_hit' });
const MISS: SallyportEvent = Object.freeze({ type: 'cache_miss' });

/**
 * Repeats a verifier's answer for a credential that was seen a moment ago, and verifies one that arrives many times at
 * once only once. Holds hashes, never credentials. An answer ends with its key and with each rule on its age: see
 * `Provenance`.
 *
 * @throws {TypeError} when it is called, for an option that is unknown or out of range.
 *
 * @example
 * const verifier = cached(jwtVerifier({ issuer, audience }), { max: 10_000, seconds: 60 });
 */
export function cached(verifier: Verifier, options: CachedOptions = {}): Verifier {
  if (typeof verifier !== 'function') throw new TypeError('cached: give a verifier first');
  refuseUnknown('cached', options, ['max', 'seconds', 'onEvent', 'now']);
  const { max = 10_000, seconds = DEFAULT_CACHE_SECONDS, now = () => Date.now() } = options;
  if (!Number.isInteger(max) || max < 1) throw new TypeError('cached: "max" must be a whole number from 1');
  if (!(seconds > 0 && Number.isFinite(seconds)))
    throw new TypeError('cached: "seconds" must be more than 0');
  const emit = safely(options.onEvent);
  const judge = judgeOf(verifier);
  const known = verdicts({ max, seconds, now });
  const flights = new Map<string, Promise<Auth>>();

  /** One flight for all who ask while a verification waits for something. */
  function join(key: string, verification: Promise<Auth>): Promise<Auth> {
    const flight = verification.then(
      (auth) => {
        flights.delete(key);
        return known.accept(key, auth);
      },
      (error: unknown) => {
        flights.delete(key);
        return known.refuse(key, error);
      },
    );
    flights.set(key, flight);
    return flight;
  }

  function verify(key: string, credential: string, signal: AbortSignal | undefined): Auth | Promise<Auth> {
    const flight = flights.get(key);
    if (flight) return whileWanted(flight, signal);
    let auth: Auth | Promise<Auth>;
    try {
      auth = judge(credential);
    } catch (error) {
      return known.refuse(key, error);
    }
    return isPending(auth) ? whileWanted(join(key, auth), signal) : known.accept(key, auth);
  }

  return asVerifier(function verifyCached(credential, signal) {
    const key = hash('sha256', credential, 'base64url');
    const auth = known.recall(key);
    if (auth) {
      emit(HIT);
      return auth;
    }
    emit(MISS);
    return verify(key, credential, signal);
  });
}
