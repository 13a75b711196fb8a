import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
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

/** A refusal of which the app never hears, for the log. */
export interface Unreadable {
  readonly requestId: string;
  readonly status: number;
  /** Node's name of it. */
  readonly failure: string | undefined;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Node answers what its parser refuses without a body, or not at all: here such requests get a problem document too. */
export function answerParserErrors(server: Server, onUnreadable: (unreadable: Unreadable) => void): void {
  const open = new WeakMap<Duplex, Set<Exchange>>();
  server.on('request', (request, response) => {
    const exchanges = open.get(request.socket) ?? new Set();
    const exchange = { request, response };
    open.set(request.socket, exchanges.add(exchange));
    response.once('close', () => exchanges.delete(exchange));
  });
  const refuse = (socket: Duplex, failure: string | undefined): void => {
    const error = refusalOf(failure);
    const requestId = randomUUID();
    onUnreadable({ requestId, status: error.status, failure });
    socket.end(answer(error, requestId), () => socket.destroy());
  };
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket: Duplex) => {
    const mine = mayAnswer(open.get(socket));
    if (socket.writable && mine && code !== 'ECONNRESET') refuse(socket, code);
    else socket.destroy();
  });
  server.on('connect', (_request, socket: Duplex) => {
    refuse(socket, 'CONNECT');
  });
}

/** Not in the midst of another answer, nor where it would be taken for the answer to a request before. */
function mayAnswer(exchanges: ReadonlySet<Exchange> = new Set()): boolean {
  const [first, ...others] = exchanges;
  return !first || (others.length === 0 && !first.request.complete && !first.response.headersSent);
}

function answer(error: SallyportError, requestId: string): string {
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
