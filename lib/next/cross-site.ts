import type { AllowedOrigins } from './allowed-origins';
import { ProxyProblem } from './problems';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Not `same-site`: a sibling of the app's host may be another team's, and a request without a body needs no preflight. */
const OWN_SITES = ['same-origin', 'none'];

/**
 * The session is a cookie, so another origin's page could send a user's browser here. Browsers say so in Sec-Fetch-Site
 * (older ones, and plain http, only in Origin); a program that is no browser sends neither and has no cookies to abuse.
 */
export function refuseCrossSite(request: Request, allowed: AllowedOrigins): void {
  if (SAFE_METHODS.includes(request.method)) return;
  const site = request.headers.get('sec-fetch-site');
  const origin = originOf(request);
  const own = site === null ? isOwnOrigin(request, origin) : OWN_SITES.includes(site);
  if (own || (origin instanceof URL && isAsSafe(origin, request) && allowed(origin.host))) return;
  throw new ProxyProblem('cross_site', 'Another origin must not send this request.');
}

/** Undefined where none is named; a text that is no origin, `null` among them, is nobody's own. */
function originOf({ headers }: Request): URL | 'opaque' | undefined {
  const origin = headers.get('origin');
  if (origin === null) return undefined;
  return URL.canParse(origin) ? new URL(origin) : 'opaque';
}

function isOwnOrigin(request: Request, origin: URL | 'opaque' | undefined): boolean {
  if (origin === undefined) return true;
  if (origin === 'opaque') return false;
  return origin.host === hostAsIn(origin, hostOf(request)) && isAsSafe(origin, request);
}

/**
 * Where the browser is known to have asked over https, a page that came over plain http is not let in: anybody on its way
 * could have written it. Only `https` is believed: Next fills in `http` by itself where the proxy in front, which ended
 * TLS, said nothing.
 */
function isAsSafe({ protocol }: URL, { headers, url }: Request): boolean {
  const forwarded = firstOf(headers.get('x-forwarded-proto'));
  const asked = forwarded ? `${forwarded.toLowerCase()}:` : new URL(url).protocol;
  return asked !== 'https:' || protocol === 'https:';
}

/**
 * As Next does for its server actions: what the proxy in front says that the browser asked for, else Host. No page can
 * make a browser send X-Forwarded-Host to another origin: that needs a preflight, which nobody answers.
 */
function hostOf({ headers, url }: Request): string {
  const forwarded = firstOf(headers.get('x-forwarded-host'));
  if (forwarded) return forwarded;
  return headers.get('host') ?? new URL(url).host;
}

/** What the proxy nearest to the browser said. */
function firstOf(list: string | null): string | undefined {
  return /^[^,]*/.exec(list ?? '')?.[0].trim();
}

/** Without the port that the origin's scheme has by itself: some proxies spell it in Host. */
function hostAsIn({ protocol }: URL, host: string): string | undefined {
  const address = `${protocol}//${host}`;
  return /[\s/?#@\\]/.test(host) || !URL.canParse(address) ? undefined : new URL(address).host;
}
