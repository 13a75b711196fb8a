import type { RequestHandler } from 'express';
import { OverloadedError } from '../http/errors';
import { exchangeOf, type Exchange } from '../http/exchanges';
import { DELAY_LIMIT_MS } from './loop-delay';

export interface OverloadOptions {
  readonly maxInFlight: number;
  readonly loopDelay: () => number;
  /** Those that have a place now. */
  readonly inFlight: Set<Exchange>;
}

/** Of an answer that waits for its reader: below this it costs no more than its connection does. */
const SMALL_BYTES = 16_384;

/** Turns requests away while they are still cheap to turn away. */
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
 * Small answers that are made need no place: behind a large one that is not read, or on a connection of which nothing is,
 * refusals of strangers would keep everybody else out.
 */
function forgetMade(inFlight: Set<Exchange>): void {
  for (const exchange of inFlight) {
    const { writableEnded, writableLength } = exchange.response;
    if (writableEnded && writableLength < SMALL_BYTES) inFlight.delete(exchange);
  }
}
