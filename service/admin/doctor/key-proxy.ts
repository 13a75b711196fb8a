import type { Config } from '../../config';
import { isLoopback } from '../../config/plain-http';

/** The proxy for requests to a URL; undefined if they are sent directly. */
export function proxyFor(address: string, { https, http, none = '' }: Config['proxies']): URL | undefined {
  const target = new URL(address);
  const proxy = target.protocol === 'https:' ? https : http;
  if (
    proxy === undefined ||
    isLoopback(target) ||
    none.split(/[\s,]+/).some((entry) => names(entry, target))
  ) {
    return undefined;
  }
  return new URL(proxy);
}

/** Whether an entry of NO_PROXY matches: `*`, or a host with its subdomains and an optional port. */
function names(entry: string, target: URL): boolean {
  if (entry === '*') return true;
  const [, host = '', only] = /^\*?\.?(.+?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
  if (host === '') return false;
  const { hostname } = target;
  const isNamed = hostname === host || hostname.endsWith(`.${host}`);
  return isNamed && (only === undefined || only === portOf(target));
}

export function portOf({ port, protocol }: URL): string {
  if (port !== '') return port;
  return protocol === 'https:' ? '443' : '80';
}
