import type { RequestHandler } from 'express';
import { DrainingError } from '../http/errors';

/** `draining`: still served, and told to go elsewhere next time. `closing`: the listener is gone. */
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

/** Only requests on connections that were open before get here while closing. */
export function refuseWhileClosing(lifecycle: Lifecycle): RequestHandler {
  return function refuseLate(_request, _response, next) {
    if (lifecycle.phase() === 'closing') throw new DrainingError();
    next();
  };
}
