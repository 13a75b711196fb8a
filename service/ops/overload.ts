import type { RequestHandler } from 'express';
import { OverloadedError } from '../http/errors';
import { exchangeOf, type Exchange } from '../http/exchanges';

const SAMPLE_MS = 100;
const DELAY_LIMIT_MS = 500;

export interface LoopDelay {
  /** Milliseconds that work has lately waited for the event loop. */
  current(): number;
  stop(): void;
}

/** Halves towards each sample: one slow moment, however long, turns nobody away, and a second one does. */
export function measureLoopDelay(): LoopDelay {
  let delay = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const sample = Math.min(Math.max(0, now - last - SAMPLE_MS), 2 * DELAY_LIMIT_MS);
    delay = (delay + sample) / 2;
    last = now;
  }, SAMPLE_MS);
  timer.unref();
  return {
    current: () => delay,
    stop: () => {
      clearInterval(timer);
    },
  };
}

export interface OverloadOptions {
  readonly maxInFlight: number;
  readonly loopDelay: () => number;
}

/** Of an answer that waits for its reader: below this it costs no more than its connection does. */
const SMALL_BYTES = 16_384;

/** Turns requests away while they are still cheap to turn away. */
export function refuseOverload({ maxInFlight, loopDelay }: OverloadOptions): RequestHandler {
  const inFlight = new Set<Exchange>();
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
