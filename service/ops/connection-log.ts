import type { ServerParts } from '../http/server';
import type { Logger } from './logger';
import { quietly } from './quietly';

/**
 * Logs events of connections that do not reach the app: a line for each unreadable request, and for closed connections
 * at most one per reason in 10 s.
 */
export function connectionLog(logger: Logger): Pick<ServerParts, 'onUnreadable' | 'onCut'> {
  const unsaid = quietly();
  return {
    onUnreadable: (unreadable) => {
      logger.info(unreadable, 'unreadable request');
    },
    onCut: (why) => {
      const repeated = unsaid(why);
      if (repeated === undefined) return;
      logger.warn({ why, ...(repeated > 0 && { repeated }) }, 'connection cut');
    },
  };
}
