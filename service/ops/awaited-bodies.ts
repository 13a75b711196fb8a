import type { RequestHandler } from 'express';
import { exchangeOf, type Exchange } from '../http/exchanges';

/**
 * Awaits only so many bodies of strangers at once. A further one takes the place of the one that has been awaited the
 * longest, and cuts its connection: a genuine body comes with its headers, so those who are slow push out each other.
 */
export function boundAwaitedBodies(max: number): RequestHandler {
  const awaited = new Set<Exchange>();
  return function awaitBody(_request, response, next) {
    for (const exchange of awaited) if (exchange.response.req.complete) awaited.delete(exchange);
    const [longest] = awaited;
    if (longest && awaited.size >= max) {
      awaited.delete(longest);
      longest.response.req.socket.destroy();
    }
    const exchange = exchangeOf(response);
    awaited.add(exchange);
    exchange.onEnd(() => awaited.delete(exchange));
    next();
  };
}
