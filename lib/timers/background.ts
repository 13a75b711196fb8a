import { AsyncResource } from 'node:async_hooks';

/** Created when the package is loaded, outside of any request. */
const background = new AsyncResource('sallyport');

/**
 * Starts work that goes on after the request: a timer started within a request would keep its AsyncLocalStorage stores,
 * so that the request's trace would go on and its memory be held for as long as the timer is renewed.
 */
export function inBackground<T>(start: () => T): T {
  return background.runInAsyncScope(start);
}
