import type { RequestHandler } from 'express';
import { OverloadedError } from '../http/errors';
import { exchangeOf, type Exchange } from '../http/exchanges';
import { DELAY_LIMIT_MS } from './loop-delay';

export interface OverloadOptions {
  readonly maxInFlight: number;
  readonly loopDelay: () => number;
  /** Requests that count towards the limit at the moment. */
  readonly inFlight: Set<Exchange>;
}

/** Bytes. A smaller response that waits for its reader uses no more memory than its connection. */
const SMALL_BYTES = 16_384;

/** Refuses requests above the limit, or while the event loop is slow, before they cause any work. */
export function refuseOverload({ maxInFlight, loopDelay, inFlight }: OverloadOptions): RequestHandler {
  return function countRequest(_request, response, next) {
    if (inFlight.size >= maxInFlight) forgetMade(inFlight);
    if (inFlight.size >= maxInFlight || loopDelay() > DELAY_LIMIT_MS) throw new OverloadedError();
    const exchange = exchangeOf(response);
    inFlight.add(exchange);
    exchange.onEnd(() => inFlight.delete(exchange));
    next();
  };
}

/**
 * Finished small responses stop counting: behind a large response that is not read, or on a connection that is not read
 * at all, refused requests of unauthenticated clients would otherwise block everybody else.
 */
function forgetMade(inFlight: Set<Exchange>): void {
  for (const exchange of inFlight) {
    const { writableEnded, writableLength } = exchange.response;
    if (writableEnded && writableLength < SMALL_BYTES) inFlight.delete(exchange);
  }
}
