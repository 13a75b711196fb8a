import {
  createServer,
  maxHeaderSize,
  type RequestListener,
  type Server,
  type ServerOptions,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { limitUnread } from './limit-unread';
import { limitUnanswered } from './limit-unanswered';
import { answerParserErrors, type Unreadable } from './parser-errors';

const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  // Longer than the idle time of the usual load balancers (60 s), so that they never reuse a closing connection.
  keepAliveTimeout: 65_000,
} satisfies ServerOptions;
/**
 * Bytes of all headers together. Node's own 16 KiB would refuse a token of 16384 characters, the longest that is accepted,
 * with 431; more is left to whoever starts Node with --max-http-header-size.
 */
const MAX_HEADER_BYTES = Math.max(32_768, maxHeaderSize);
/**
 * Node itself waits for ever: whoever reads nothing of an answer would keep its memory, and its place in flight. Longer
 * than `requestTimeout` and its checking, so that who is slow to send is still told so.
 */
const SILENCE_MS = 40_000;

export interface ServerParts {
  readonly app: RequestListener;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  /** Of pages that may read what the parser refuses. Default: none. */
  readonly corsOrigins?: readonly string[];
  readonly onUnreadable: (unreadable: Unreadable) => void;
  /** Told why a connection was cut. */
  readonly onCut: (why: string) => void;
}

/** An HTTP or HTTPS server around the app, not yet listening. */
export function createHttpServer({ app, tls, corsOrigins = [], onUnreadable, onCut }: ServerParts): Server {
  // A missing Host is answered by the app (host.ts): Node's own answer has no body.
  const options = { ...TIMEOUTS, maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false };
  const server = tls ? createTlsServer({ ...options, ...tls }) : createServer(options);
  server.setTimeout(SILENCE_MS);
  const limited = limitUnanswered(limitUnread(server, app, onCut), () => {
    onCut('too many unanswered requests');
  });
  server.on('request', limited);
  answerParserErrors(server, onUnreadable, corsOrigins);
  // RFC 9110 section 10.1.1 lets a server ignore an expectation that it does not know.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  return server;
}
