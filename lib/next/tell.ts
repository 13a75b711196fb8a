import type { OnProxyEvent, ProxyEvent } from './events';
import { failureLog } from './failure-log';

/** A host's hook that throws, or rejects, must not harm the request it is told about. Left out, failures are logged. */
export function safely(onEvent: unknown): OnProxyEvent {
  if (typeof onEvent !== 'function') return failureLog();
  const hook = onEvent as (event: ProxyEvent) => unknown;
  return (event) => void tell(hook, event);
}

async function tell(hook: (event: ProxyEvent) => unknown, event: ProxyEvent): Promise<void> {
  try {
    await hook(event);
  } catch {
    // The hook is the host's to mend; there is nobody here to tell.
  }
}
