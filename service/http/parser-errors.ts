import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { problemOf, SallyportError } from 'sallyport';
import { crossOriginLines } from './cors';
import { connectionOf, type Connection } from './exchanges';

/** A request that the HTTP parser refused. */
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

/** The error for an error code of Node's HTTP server. */
export function refusalOf(code: string | undefined): SallyportError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new UnreadableRequestError(408, 'The request did not arrive in time.');
    case 'HPE_HEADER_OVERFLOW':
      return new UnreadableRequestError(431, 'The request headers are too large.');
    default:
      return new UnreadableRequestError(400, 'This is no HTTP request.');
  }
}

/** A refusal that does not reach the app, for the log. */
export interface Unreadable {
  readonly requestId: string;
  readonly status: number;
  /** Node's error code. */
  readonly failure: string | undefined;
}

/** `rawPacket`: the bytes at which the parser stopped. */
type ParserError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer };

/** Timeout for responses in progress on a connection from which nothing more is read, in milliseconds. */
const PATIENCE_MS = 2000;

/**
 * Sends a problem document for requests that Node's parser refuses; Node answers them without a body, or not at all. If
 * the client could take it for the answer to another request, none is sent: the connection closes after the responses
 * in progress.
 */
export function answerParserErrors(
  server: Server,
  onUnreadable: (unreadable: Unreadable) => void,
  corsOrigins: readonly string[],
): void {
  const refuse = (socket: Duplex, failure: string | undefined, bytes?: Buffer): void => {
    const connection = connectionOf(socket);
    connection.giveUp();
    if (!mayAnswer(connection)) {
      closeBehindAnswers(socket, connection);
      return;
    }
    const error = refusalOf(failure);
    const requestId = randomUUID();
    onUnreadable({ requestId, status: error.status, failure });
    socket.end(answer(error, requestId, crossOriginLines(corsOrigins, bytes)), () => socket.destroy());
  };
  server.on('clientError', ({ code, rawPacket }: ParserError, socket: Duplex) => {
    // The answer to the first error, or responses in progress, must still be sent.
    if (connectionOf(socket).givenUp()) return;
    if (socket.writable && code !== 'ECONNRESET') refuse(socket, code, rawPacket);
    else socket.destroy();
  });
  server.on('connect', (_request, socket: Duplex) => {
    // Node has removed its own listeners: an error event without a listener would end the process.
    socket.on('error', () => socket.destroy()).on('timeout', () => socket.destroy());
    socket.resume();
    refuse(socket, 'CONNECT');
  });
}

/** Whether the refused request is the only one without an answer, and its answer has not begun. */
function mayAnswer(connection: Connection): boolean {
  const [first, ...others] = connection.open;
  if (!first) return !connection.answeredEarly();
  return others.length === 0 && !first.response.req.complete && !first.response.headersSent;
}

function closeBehindAnswers(socket: Duplex, { open }: Connection): void {
  const close = (): void => void socket.destroy();
  const closeWhenDone = (): void => {
    if (open.size === 0) close();
  };
  const patience = setTimeout(close, PATIENCE_MS);
  socket.once('close', () => {
    clearTimeout(patience);
  });
  for (const exchange of open) exchange.onEnd(closeWhenDone);
  closeWhenDone();
}

function answer(error: SallyportError, requestId: string, furtherLines: readonly string[]): string {
  const body = JSON.stringify(problemOf(error, requestId));
  return [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    `X-Request-Id: ${requestId}`,
    ...furtherLines,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
