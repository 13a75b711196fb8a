import { ProxyProblem } from './problems';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Not `same-site`: a sibling of the app's host may be another team's, and a request without a body needs no preflight. */
const OWN_SITES = ['same-origin', 'none'];

/**
 * The session is a cookie, so another origin's page could send a user's browser here. Browsers say so in Sec-Fetch-Site
 * (older ones, and plain http, only in Origin); a program that is no browser sends neither and has no cookies to abuse.
 */
export function refuseCrossSite(request: Request): void {
  if (SAFE_METHODS.includes(request.method)) return;
  const site = request.headers.get('sec-fetch-site');
  const own = site === null ? isOwnOrigin(request) : OWN_SITES.includes(site);
  if (!own) throw new ProxyProblem('cross_site', 'Another origin must not send this request.');
}

/** By host alone: behind a proxy that ends TLS the scheme of `request.url` is not the browser's. */
function isOwnOrigin({ headers, url }: Request): boolean {
  const origin = headers.get('origin');
  if (origin === null) return true;
  if (!URL.canParse(origin)) return false;
  return new URL(origin).host === (headers.get('host')?.toLowerCase() ?? new URL(url).host);
}
