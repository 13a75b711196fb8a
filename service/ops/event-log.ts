import type { OnEvent, SallyportEvent } from 'sallyport';
import type { Logger } from './logger';
import { quietly } from './quietly';

type Level = 'debug' | 'info' | 'warn';

const LEVELS: Readonly<Partial<Record<SallyportEvent['type'], Level>>> = {
  keys_refreshed: 'info',
  keys_failed: 'warn',
  keys_stale: 'warn',
  unknown_kid: 'info',
  revoked: 'info',
  revocations_behind: 'warn',
  signal: 'info',
  provisioned: 'info',
  limiter_failed: 'warn',
  store_failed: 'warn',
};

/** During an outage these occur on every request. */
const OFTEN: ReadonlySet<SallyportEvent['type']> = new Set(['store_failed', 'limiter_failed']);

/** Logs the events of the library. Events that occur on every request are logged at level debug. */
export function eventLog(logger: Logger, now: () => number = Date.now): OnEvent {
  const unsaid = quietly(now);
  return (event) => {
    const flawed = event.type === 'keys_refreshed' && event.unusable.length > 0;
    const level = flawed ? 'warn' : (LEVELS[event.type] ?? 'debug');
    if (!logger.isLevelEnabled(level)) return;
    const { type, ...rest } = event;
    const repeated = OFTEN.has(type) ? unsaid(JSON.stringify(event)) : 0;
    if (repeated === undefined) return;
    logger[level]({ event: type, ...rest, ...(repeated > 0 && { repeated }) }, 'event');
  };
}
