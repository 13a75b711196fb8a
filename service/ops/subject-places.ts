import type { RequestHandler, Response } from 'express';
import { authOf, RateLimitedError, type OnEvent, type Sallyport } from 'sallyport';
import { exchangeOf } from '../http/exchanges';

/**
 * The `sallyport()` middleware, followed by a limit on the concurrent requests of a user, since a rate limit does not
 * bound their duration. API keys of a user may use half of the limit.
 */
export function boundInFlight(port: Sallyport, maxPerSubject: number, onEvent: OnEvent): Sallyport {
  const takePlace = subjectPlaces(maxPerSubject, onEvent);
  const bounded: RequestHandler = (request, response, next) =>
    port(request, response, (failure?: unknown) => {
      if (failure === undefined) takePlace(request, response, next);
      else next(failure);
    });
  return Object.assign(bounded, port);
}

/** Counts of concurrent requests by key. */
class Places {
  readonly #taken = new Map<string, number>();

  of(key: string): number {
    return this.#taken.get(key) ?? 0;
  }

  add(key: string, count: 1 | -1): void {
    const now = this.of(key) + count;
    if (now === 0) this.#taken.delete(key);
    else this.#taken.set(key, now);
  }
}

function subjectPlaces(max: number, onEvent: OnEvent): RequestHandler {
  const ofSubjects = new Places();
  const ofTheirKeys = new Places();
  // So that somebody with a user's API key cannot keep the user from deleting it.
  const maxOfKeys = Math.ceil(max / 2);

  return function takePlace(request, response, next) {
    const { kind, issuer, subject } = authOf(request);
    // Unambiguous, since a subject contains no control characters.
    const key = `${subject}\n${issuer}`;
    const withKey = kind === 'api-key';
    const full = ofSubjects.of(key) >= max || (withKey && ofTheirKeys.of(key) >= maxOfKeys);
    if (full) {
      refuse(response, withKey ? maxOfKeys : max);
      onEvent({ type: 'limited', by: 'subject' });
      next(new RateLimitedError(1));
      return;
    }
    ofSubjects.add(key, 1);
    if (withKey) ofTheirKeys.add(key, 1);
    exchangeOf(response).onEnd(() => {
      ofSubjects.add(key, -1);
      if (withKey) ofTheirKeys.add(key, -1);
    });
    next();
  };
}

/** Added to the headers of the limit per minute, which is not exceeded. */
function refuse(response: Response, max: number): void {
  response.append('RateLimit-Policy', `"in-flight"; q=${String(max)}; qu="concurrent-requests"`);
  response.append('RateLimit', '"in-flight"; r=0; t=1');
}
