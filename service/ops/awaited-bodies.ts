import type { RequestHandler } from 'express';
import { exchangeOf, type Exchange } from '../http/exchanges';

/**
 * Waits for the bodies of at most `max` unauthenticated requests at once. For a further one, the connection of the
 * request that has waited longest is closed: a genuine body arrives together with its headers, so slow clients replace
 * each other.
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
