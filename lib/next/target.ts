import { hostAndPort, type PlainHosts } from '../plain-hosts';
import { misconfigured } from './problems';

/** `0.0.0.0` is no loopback address: it means every interface, and connects to whatever listens on one. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** A url that a token may be sent to: https, or http on loopback or a host of `allowHttp`, without user name and password. */
export function targetFrom(value: unknown, option: string, plain: PlainHosts): URL {
  const url = webAddress(value, option);
  const secure = url.protocol === 'https:' || LOOPBACK.test(url.hostname) || plain.has(hostAndPort(url));
  if (secure) return url;
  throw misconfigured(
    `${option} must be https, or http on a loopback host; list any other host, with its port, in the option allowHttp.`,
  );
}

/** An http(s) URL of any host, without user name and password. */
export function webAddress(value: unknown, option: string): URL {
  const url = parsed(value, option);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw misconfigured(`${option} must be https, or http on a loopback host.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw misconfigured(`${option} must not hold a user name or password.`);
  }
  return url;
}

/** Always a copy, since the caller may change its URL object later. */
function parsed(value: unknown, option: string): URL {
  const text = hasHref(value) ? value.href : value;
  if (typeof text !== 'string' || !URL.canParse(text)) {
    throw misconfigured(`${option} must be an absolute url; is its environment variable set?`);
  }
  return new URL(text);
}

/** Checked by its shape, since a URL of another realm, or Next's own NextURL, is no instance of this URL. */
function hasHref(value: unknown): value is { readonly href: string } {
  return typeof value === 'object' && value !== null && 'href' in value && typeof value.href === 'string';
}

/** The origins that `origin` spells; `null` for any. */
export function originsFrom(origin: unknown, plain: PlainHosts): readonly string[] | null {
  if (origin === null) return null;
  const list: readonly unknown[] = Array.isArray(origin) ? origin : [origin];
  if (list.length === 0) throw misconfigured('origin must name at least one origin, or be null for any.');
  return list.map((value) => originFrom(value, plain));
}

function originFrom(value: unknown, plain: PlainHosts): string {
  const url = targetFrom(value, 'origin', plain);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw misconfigured('origin must be a scheme, a host and perhaps a port, without a path.');
  }
  return url.origin;
}

export function refuseOtherOrigins(url: URL, origins: readonly string[] | null): void {
  if (origins !== null && !origins.includes(url.origin)) {
    throw misconfigured('url must be of an origin that the option origin names.');
  }
}
