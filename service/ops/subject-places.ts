import type { RequestHandler } from 'express';
import { authOf, RateLimitedError, type OnEvent, type Sallyport } from 'sallyport';
import { exchangeOf } from '../http/exchanges';

/**
 * The chain, and behind it a bound on the requests that one caller has in flight at once: a rate says nothing of how long
 * each of them lasts.
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

function subjectPlaces(max: number, onEvent: OnEvent): RequestHandler {
  const taken = new Map<string, number>();
  return function takePlace(request, response, next) {
    const { issuer, subject } = authOf(request);
    const key = JSON.stringify([issuer, subject]);
    const inFlight = taken.get(key) ?? 0;
    if (inFlight >= max) {
      // Beside those of the limit by the minute, which has not been reached.
      response.append('RateLimit-Policy', `"in-flight"; q=${String(max)}; qu="concurrent-requests"`);
      response.append('RateLimit', '"in-flight"; r=0; t=1');
      onEvent({ type: 'limited', by: 'subject' });
      next(new RateLimitedError(1));
      return;
    }
    taken.set(key, inFlight + 1);
    exchangeOf(response).onEnd(() => {
      const left = (taken.get(key) ?? 1) - 1;
      if (left === 0) taken.delete(key);
      else taken.set(key, left);
    });
    next();
  };
}
