import { excerpt } from '../excerpt';
import { hostAndPort, type PlainHosts } from '../plain-hosts';

/**
 * The address of keys, when it is one we may ask: https, or http to this machine or a host of `allowHttp`, without
 * userinfo or fragment. Keys decide who everybody is, so nobody on the way may exchange them. 0.0.0.0 is not loopback.
 */
export function keyAddress(text: unknown, plain: PlainHosts): URL | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.hash !== '') return undefined;
  if (url.protocol === 'https:') return url;
  return url.protocol === 'http:' && (isLoopback(url) || plain.has(hostAndPort(url))) ? url : undefined;
}

/** An address as events, states and logs may name it: a query may be a credential, as of key servers that want one. */
export function addressName(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}

/** The same for what others gave as an address, which may be relative, or none at all. */
export function namedAddress(value: unknown, base?: string): string | undefined {
  const isAddress = typeof value === 'string' && URL.canParse(value, base);
  return excerpt(isAddress ? addressName(new URL(value, base).href) : value);
}

/** `URL` has brought every spelling of an IPv4 address to dotted decimals by now. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
