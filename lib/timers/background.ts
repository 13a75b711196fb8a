import { AsyncResource } from 'node:async_hooks';

/** Made as the package is loaded, so that it belongs to no request. */
const background = new AsyncResource('sallyport');

/**
 * Starts what goes on after the request that caused it: a timer that a request starts would keep that request's
 * AsyncLocalStorage stores, so that its trace goes on and its memory is held for as long as the timer is renewed.
 */
export function inBackground<T>(start: () => T): T {
  return background.runInAsyncScope(start);
}
