import type { OnHindrance } from '../storage/hindrance';
import type { Logger } from './logger';

/** Logs why the service waits for the store, and when it no longer does. */
export function hindranceLog(logger: Logger): OnHindrance {
  return (hindrance) => {
    if (!hindrance) logger.info('the store can be used');
    else if (hindrance.kind === 'unusable') logger.error(hindrance, 'the store cannot be used');
    else logger.warn(hindrance, 'waiting for the store');
  };
}
