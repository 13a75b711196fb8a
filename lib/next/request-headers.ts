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

export function headersUpstream(request: Request, requestId: string, body: JsonBody | undefined): Headers {
  const headers = new Headers({ 'x-request-id': requestId });
  for (const name of PASSED) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  if (body) headers.set('content-type', body.contentType);
  return headers;
}
