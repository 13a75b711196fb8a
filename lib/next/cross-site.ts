import type { AllowedOrigins } from './allowed-origins';
import { ProxyProblem } from './problems';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Not `same-site`: a sibling of the app's host may be another team's, and a request without a body needs no preflight. */
const OWN_SITES = ['same-origin', 'none'];

/**
 * The session is a cookie, so a page of another origin could make a user's browser send requests here (CSRF). Browsers
 * name the sender in Sec-Fetch-Site (older ones, and over plain http, only in Origin); a client that is no browser sends
 * neither and has no cookies to abuse.
 */
export function refuseCrossSite(request: Request, allowed: AllowedOrigins): void {
  if (SAFE_METHODS.includes(request.method)) return;
  const site = request.headers.get('sec-fetch-site');
  const origin = originOf(request);
  const own = site === null ? isOwnOrigin(request, origin) : OWN_SITES.includes(site);
  if (own || (origin instanceof URL && isAsSafe(origin, request) && allowed(origin.host))) return;
  throw new ProxyProblem('cross_site', 'Another origin must not send this request.');
}

/** Undefined without an Origin header; `opaque` for a value that is no origin, such as `null`: never the app's own. */
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
 * If the browser requested the app over https, a page that was loaded over plain http is refused: anybody on the network
 * path could have written it. Only the value `https` is trusted: Next fills in `http` where the proxy in front, which
 * terminates TLS, sent no X-Forwarded-Proto.
 */
function isAsSafe({ protocol }: URL, { headers, url }: Request): boolean {
  const forwarded = firstOf(headers.get('x-forwarded-proto'));
  const asked = forwarded ? `${forwarded.toLowerCase()}:` : new URL(url).protocol;
  return asked !== 'https:' || protocol === 'https:';
}

/**
 * As Next does for its server actions: the host that the proxy in front reports as requested, else Host. A page cannot
 * make a browser send X-Forwarded-Host to another origin: that needs a CORS preflight, which is not answered here.
 */
function hostOf({ headers, url }: Request): string {
  const forwarded = firstOf(headers.get('x-forwarded-host'));
  if (forwarded) return forwarded;
  return headers.get('host') ?? new URL(url).host;
}

/** The first entry, of the proxy nearest to the browser. */
function firstOf(list: string | null): string | undefined {
  return /^[^,]*/.exec(list ?? '')?.[0].trim();
}

/** Without the default port of the origin's scheme, which some proxies write into Host. */
function hostAsIn({ protocol }: URL, host: string): string | undefined {
  const address = `${protocol}//${host}`;
  return /[\s/?#@\\]/.test(host) || !URL.canParse(address) ? undefined : new URL(address).host;
}
