import type { ServerParts } from '../http/server';
import type { Logger } from './logger';
import { quietly } from './quietly';

/** What happens to connections without the app: a line each, and for those that are cut one in ten seconds. */
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
