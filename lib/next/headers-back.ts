import { ALWAYS } from './always';
import type { HeaderNames } from './further-headers';
import { linksBack, pathBack } from './links-back';

/** The service's headers that are passed to the browser. Set-Cookie is not: it would set a cookie of the app. */
const PASSED = [
  'allow',
  'content-disposition',
  'content-language',
  'content-type',
  'etag',
  'retry-after',
  'www-authenticate',
  'x-request-id',
];
const RATE_LIMIT = /^ratelimit(?:-|$)/;

interface Back {
  readonly requestId: string;
  /** Where the answer comes from. */
  readonly from: URL;
  /** The host's own list. */
  readonly expose: HeaderNames;
}

export function headersBack(theirs: Headers, { requestId, from, expose }: Back): Headers {
  const headers = new Headers({ 'x-request-id': requestId });
  for (const [name, value] of theirs) {
    const shown = shownOf(name, value, from, expose);
    if (shown !== undefined) headers.set(name, shown);
  }
  for (const [name, value] of Object.entries(ALWAYS)) headers.set(name, value);
  return headers;
}

function shownOf(name: string, value: string, from: URL, expose: HeaderNames): string | undefined {
  if (name === 'location') return pathBack(value, from);
  if (name === 'link') return linksBack(value, from);
  return PASSED.includes(name) || RATE_LIMIT.test(name) || expose.includes(name) ? value : undefined;
}
