import type { OnHindrance } from '../storage/hindrance';
import type { Logger } from './logger';

/** Says once what the service waits for, and once that it waits no more. */
export function hindranceLog(logger: Logger): OnHindrance {
  return (hindrance) => {
    if (!hindrance) logger.info('the store can be used');
    else if (hindrance.kind === 'unusable') logger.error(hindrance, 'the store cannot be used');
    else logger.warn(hindrance, 'waiting for the store');
  };
}
