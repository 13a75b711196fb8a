import type { OnProxyEvent, ProxyEvent } from './events';

const QUIET_MS = 10_000;

type Refused = Extract<ProxyEvent, { type: 'refused' }>;

/**
 * The log of a host without `onEvent`: the proxy's own 5xx, each kind at most once in ten seconds, with the number of
 * those that were left out in between. Without it an outage of the service would not show in Next's log.
 */
export function failureLog(): OnProxyEvent {
  const kinds = new Map<string, { since: number; unwritten: number }>();
  return (event) => {
    if (event.type !== 'refused' || event.status < 500) return;
    const kind = `${event.code} ${event.failure ?? event.detail}`;
    const now = performance.now();
    const last = kinds.get(kind);
    if (last !== undefined && now - last.since < QUIET_MS) {
      last.unwritten += 1;
      return;
    }
    kinds.set(kind, { since: now, unwritten: 0 });
    console.error(lineOf(event, last?.unwritten ?? 0));
  };
}

function lineOf(
  { status, code, failure, threw, detail, method, requestId }: Refused,
  unwritten: number,
): string {
  const why = [failure, threw].filter((word) => word !== undefined).join(' ');
  const more = unwritten === 0 ? '' : `, and ${String(unwritten)} more like it before`;
  return `sallyport/next: ${method} ${String(status)} ${code}${why && ` (${why})`}: ${detail} Request ${requestId}${more}.`;
}
