import type { Reader } from './preset';

/** Returns the origin of a host name, `tenant.eu.auth0.com`, or of an origin, `http://127.0.0.1:9000`. */
export function originOf({ text, misuse }: Reader, option: string, value: unknown, where: string): string {
  const host = text(option, value, where);
  const url = host.includes('://') ? host : `https://${host}`;
  const isOrigin = URL.canParse(url) && new URL(url).origin === url.replace(/\/$/, '');
  if (!isOrigin) throw misuse(`"${option}" must be ${where}, a host name without a path`);
  return new URL(url).origin;
}

/** Returns a URL, and throws if it ends with a slash, which this provider never writes in `iss`. */
export function addressOf({ text, misuse }: Reader, option: string, value: unknown, where: string): string {
  const address = text(option, value, where);
  if (!URL.canParse(address)) throw misuse(`"${option}" must be ${where}, a URL`);
  if (address.endsWith('/')) throw misuse(`"${option}" must be ${where}, without a slash at its end`);
  return address;
}

/** Throws unless exactly one of the options is given. */
export function oneOf({ misuse }: Reader, options: Readonly<Record<string, unknown>>): void {
  const given = Object.values(options).filter((value) => value !== undefined);
  if (given.length === 1) return;
  const names = Object.keys(options).map((name) => `"${name}"`);
  throw misuse(`give one of ${names.join(' and ')}`);
}
