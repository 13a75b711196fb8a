import type { HeaderNames } from './further-headers';
import type { JsonBody } from './request-body';

/** All that the service may know of the browser's request: an allow-list, so a new header is not sent by chance. */
const PASSED = ['accept', 'if-match', 'if-none-match', 'traceparent'];

/** What may be repeated into a header, an answer and a log line. */
const SANE_REQUEST_ID = /^[A-Za-z0-9._~:/+=@-]{1,128}$/;

/** The id that the browser or a proxy before us gave, if it is sane; one of our own otherwise. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get('x-request-id');
  return given !== null && SANE_REQUEST_ID.test(given) ? given : crypto.randomUUID();
}

/** The fixed list, what the host's `forward` adds to it, and last what is ours to say. */
export function headersUpstream(
  request: Request,
  requestId: string,
  body: JsonBody | undefined,
  forward: HeaderNames,
): Headers {
  const headers = new Headers();
  for (const name of [...PASSED, ...forward]) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  headers.set('x-request-id', requestId);
  if (body) headers.set('content-type', body.contentType);
  else headers.delete('content-type');
  return headers;
}
