import type { HeaderNames } from './further-headers';
import type { JsonBody } from './request-body';

/** The browser's headers that are sent to the service: an allow-list, so that no other header is sent by accident. */
const PASSED = ['accept', 'if-match', 'if-none-match', 'traceparent'];

/** Characters that are safe in a header, an answer and a log line. */
const SANE_REQUEST_ID = /^[A-Za-z0-9._~:/+=@-]{1,128}$/;

/** The id that the browser or a proxy in front sent, if it is well-formed; otherwise a new UUID. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get('x-request-id');
  return given !== null && SANE_REQUEST_ID.test(given) ? given : crypto.randomUUID();
}

/** The fixed list, then the headers that `forward` names, and last those that the proxy sets itself. */
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
