import type { RequestHandler } from 'express';
import { OverloadedError } from '../http/errors';
import { exchangeOf } from '../http/exchanges';

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

/** Turns requests away while they are still cheap to turn away. */
export function refuseOverload({ maxInFlight, loopDelay }: OverloadOptions): RequestHandler {
  let inFlight = 0;
  return function countRequest(_request, response, next) {
    if (inFlight >= maxInFlight || loopDelay() > DELAY_LIMIT_MS) throw new OverloadedError();
    inFlight += 1;
    exchangeOf(response).onEnd(() => {
      inFlight -= 1;
    });
    next();
  };
}
