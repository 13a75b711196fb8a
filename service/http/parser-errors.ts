import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { problemOf, SallyportError } from 'sallyport';
import { crossOriginLines } from './cors';
import { connectionOf, type Connection } from './exchanges';

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

/** By Node's name of what is wrong. */
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

/** A refusal of which the app never hears, for the log. */
export interface Unreadable {
  readonly requestId: string;
  readonly status: number;
  /** Node's name of it. */
  readonly failure: string | undefined;
}

/** `rawPacket`: the bytes among which the parser stopped. */
type ParserError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer };

/** How long answers that are due may take on a connection of which nothing more is read. */
const PATIENCE_MS = 2000;

/**
 * Node answers what its parser refuses without a body, or not at all: here such requests get a problem document too. Not
 * where it would be taken for another request's answer; then the connection closes behind the answers that are due.
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
    // The answer to the first failure, or those that are due, must still go out.
    if (connectionOf(socket).givenUp()) return;
    if (socket.writable && code !== 'ECONNRESET') refuse(socket, code, rawPacket);
    else socket.destroy();
  });
  server.on('connect', (_request, socket: Duplex) => {
    // Node has taken its own listeners away: an error without one would end the process.
    socket.on('error', () => socket.destroy()).on('timeout', () => socket.destroy());
    socket.resume();
    refuse(socket, 'CONNECT');
  });
}

/** What was refused is the only request without an answer, and none has begun. */
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
