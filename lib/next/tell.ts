import type { OnProxyEvent, ProxyEvent } from './events';
import { failureLog } from './failure-log';

/** An `onEvent` that throws or rejects must not affect the request. Without one, failures are logged. */
export function safely(onEvent: unknown): OnProxyEvent {
  if (typeof onEvent !== 'function') return failureLog();
  const hook = onEvent as (event: ProxyEvent) => unknown;
  return (event) => void tell(hook, event);
}

async function tell(hook: (event: ProxyEvent) => unknown, event: ProxyEvent): Promise<void> {
  try {
    await hook(event);
  } catch {
    // The error is the host's to fix, and `onEvent` itself is where it would be reported.
  }
}
