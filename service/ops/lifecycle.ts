import type { RequestHandler } from 'express';
import { DrainingError } from '../http/errors';

/** `draining`: requests are still served, with `Connection: close`. `closing`: the listener is closed. */
export type Phase = 'serving' | 'draining' | 'closing';

export interface Lifecycle {
  phase(): Phase;
  enter(phase: Phase): void;
}

export function createLifecycle(): Lifecycle {
  let current: Phase = 'serving';
  return {
    phase: () => current,
    enter: (phase) => {
      current = phase;
    },
  };
}

export function closeConnections(lifecycle: Lifecycle): RequestHandler {
  return function sayClose(_request, response, next) {
    if (lifecycle.phase() !== 'serving') response.setHeader('Connection', 'close');
    next();
  };
}

/** While closing, only requests on connections that were open before arrive here. */
export function refuseWhileClosing(lifecycle: Lifecycle): RequestHandler {
  return function refuseLate(_request, _response, next) {
    if (lifecycle.phase() === 'closing') throw new DrainingError();
    next();
  };
}
