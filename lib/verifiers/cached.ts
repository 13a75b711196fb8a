import { hash } from 'node:crypto';
import { whileWanted } from '../abort';
import type { Auth, Verifier } from '../auth';
import { safely, type OnEvent, type SallyportEvent } from '../events';
import { asVerifier, isPending, judgeOf } from '../judge';
import { DEFAULT_CACHE_SECONDS, refuseUnknown } from '../options';
import { verdicts } from './verdicts';

export interface CachedOptions {
  /** Greatest number of entries. Default 10000. */
  readonly max?: number;
  /**
   * Seconds for which a result is cached, less if the credential expires or becomes too old sooner. Default 60. If you
   * set more, set `cacheSeconds` of `revocationFeed` too: it refuses a deleted API key while caches may still hold it.
   */
  readonly seconds?: number;
  readonly onEvent?: OnEvent;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

const HIT: SallyportEvent = Object.freeze({ type: 'cache_hit' });
const MISS: SallyportEvent = Object.freeze({ type: 'cache_miss' });

/**
 * Caches the results of a verifier, by the SHA-256 hash of the credential. Concurrent requests with the same credential
 * share one verification. A result is not used after its key is withdrawn, nor once a rule on the age of the credential
 * could refuse it: see `Provenance`. Refusals that cannot change, such as an invalid signature, are cached for 2 s.
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

  /** All callers with the same credential share the verification that is pending. */
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
