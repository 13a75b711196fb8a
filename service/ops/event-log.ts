import type { OnEvent, SallyportEvent } from 'sallyport';
import type { Logger } from './logger';

type Level = 'debug' | 'info' | 'warn';

const LEVELS: Readonly<Partial<Record<SallyportEvent['type'], Level>>> = {
  keys_refreshed: 'info',
  keys_failed: 'warn',
  keys_stale: 'warn',
  unknown_kid: 'info',
  revoked: 'info',
  revocations_behind: 'warn',
  provisioned: 'info',
  limiter_failed: 'warn',
  store_failed: 'warn',
};

/** What lib tells its host, as log lines; what happens on each request is worth a line only when debugging. */
export function eventLog(logger: Logger): OnEvent {
  return (event) => {
    const { type, ...rest } = event;
    const flawed = event.type === 'keys_refreshed' && event.unusable.length > 0;
    logger[flawed ? 'warn' : (LEVELS[type] ?? 'debug')]({ event: type, ...rest }, 'event');
  };
}
