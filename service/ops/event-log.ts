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

/** These come with every request while an outage lasts. */
const OFTEN: ReadonlySet<SallyportEvent['type']> = new Set(['store_failed', 'limiter_failed']);
const QUIET_MS = 10_000;

/** What lib tells its host, as log lines; what happens on each request is worth a line only when debugging. */
export function eventLog(logger: Logger, now: () => number = Date.now): OnEvent {
  const unsaid = quietly(now);
  return (event) => {
    const { type, ...rest } = event;
    const repeated = OFTEN.has(type) ? unsaid(JSON.stringify(event)) : 0;
    if (repeated === undefined) return;
    const flawed = event.type === 'keys_refreshed' && event.unusable.length > 0;
    const level = flawed ? 'warn' : (LEVELS[type] ?? 'debug');
    logger[level]({ event: type, ...rest, ...(repeated > 0 && { repeated }) }, 'event');
  };
}

/** Undefined while a line like this was written a moment ago; otherwise how many have gone unsaid since. */
function quietly(now: () => number): (line: string) => number | undefined {
  const lines = new Map<string, { until: number; unsaid: number }>();
  return (line) => {
    const last = lines.get(line);
    if (last && now() < last.until) {
      last.unsaid += 1;
      return undefined;
    }
    lines.set(line, { until: now() + QUIET_MS, unsaid: 0 });
    return last?.unsaid ?? 0;
  };
}
