import { refuseUnfaithful } from './faithful-url';
import { ProxyProblem, misconfigured } from './problems';
import { webAddress } from './target';

/** A segment as a route's `params` hold it: a list for `[...catchAll]`, undefined where there is none. */
export type Segment = string | readonly string[] | undefined;

/**
 * Builds the url of a path below `base`, each segment encoded, so that what a browser sent stays one segment:
 * `urlTo(process.env.ANALYZER_URL, 'api', 'user_modules', 'user', userId)`.
 *
 * Whether a token may be sent there over plain http is checked by `analyzerProxy`.
 *
 * @throws {ProxyProblem} which `analyzerProxy` answers: 400 for a segment that is empty, `.` or `..` or is not
 * well-formed Unicode and for a `base` that the URL parser would rewrite, 500 for a `base` that is unset or no
 * http(s) URL.
 */
export function urlTo(base: string | URL | undefined, ...segments: Segment[]): URL {
  refuseUnfaithful(base);
  const url = webAddress(base, 'The base of a url');
  if (url.search !== '' || url.hash !== '') throw misconfigured('The base of a url must end with its path.');
  const parts = segments.flatMap((segment) => segment ?? '').map(encoded);
  url.pathname = [url.pathname.replace(/\/+$/, ''), ...parts].join('/');
  return url;
}

/** encodeURIComponent does not encode dots, and a URL parser removes segments of dots. */
function encoded(segment: string): string {
  if (segment === '' || segment === '.' || segment === '..' || !segment.isWellFormed()) {
    throw new ProxyProblem('invalid_request', 'A path segment is empty, only dots, or not well-formed.');
  }
  return encodeURIComponent(segment);
}
