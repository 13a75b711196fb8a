import { excerpt } from '../excerpt';
import { hostAndPort, type PlainHosts } from '../plain-hosts';

/**
 * The address if keys may be fetched from it: https, or http to loopback or a host of `allowHttp`, without userinfo and
 * fragment. Whoever can replace keys in transit can sign in as anybody. 0.0.0.0 is not loopback.
 */
export function keyAddress(text: unknown, plain: PlainHosts): URL | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.hash !== '') return undefined;
  if (url.protocol === 'https:') return url;
  return url.protocol === 'http:' && (isLoopback(url) || plain.has(hostAndPort(url))) ? url : undefined;
}

/** An address for events, states and logs, without its query, which may hold a credential of a key server. */
export function addressName(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}

/** The same for a value from an issuer, which may be a relative URL or no URL. */
export function namedAddress(value: unknown, base?: string): string | undefined {
  const isAddress = typeof value === 'string' && URL.canParse(value, base);
  return excerpt(isAddress ? addressName(new URL(value, base).href) : value);
}

/** `URL` has normalised every spelling of an IPv4 address to dotted decimals. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
