import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { problemOf, SallyportError } from 'sallyport';

/** What the HTTP parser refused, by the name that Node gives it. */
class UnreadableRequestError extends SallyportError {
  readonly code = 'invalid_request';
  readonly title = 'Invalid request';

  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
  }
}

function refusalOf(code: string | undefined): SallyportError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new UnreadableRequestError(408, 'The request did not arrive in time.');
    case 'HPE_HEADER_OVERFLOW':
      return new UnreadableRequestError(431, 'The request headers are too large.');
    default:
      return new UnreadableRequestError(400, 'This is no HTTP request.');
  }
}

/** Node answers what its parser refuses without a body, or not at all: here such requests get a problem document too. */
export function answerParserErrors(server: Server): void {
  const busy = new WeakSet<Duplex>();
  server.on('request', ({ socket }, response) => {
    busy.add(socket);
    response.once('close', () => busy.delete(socket));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    // Bytes written now would land in the midst of another answer on this connection.
    if (!socket.writable || busy.has(socket) || error.code === 'ECONNRESET') socket.destroy();
    else socket.end(answer(refusalOf(error.code)), () => socket.destroy());
  });
  server.on('connect', (_request, socket: Duplex) => {
    socket.end(answer(refusalOf(undefined)), () => socket.destroy());
  });
}

function answer(error: SallyportError): string {
  const requestId = randomUUID();
  const body = JSON.stringify(problemOf(error, requestId));
  return [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    `X-Request-Id: ${requestId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
