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
  // Longer than the idle timeout of the usual load balancers (60 s), so that they never reuse a connection that is
  // being closed.
  keepAliveTimeout: 65_000,
} satisfies ServerOptions;
/**
 * Maximum bytes of all headers together. Node's default of 16 KiB would refuse a token of 16384 characters, the longest
 * that is accepted, with 431. Starting Node with a larger --max-http-header-size raises the limit.
 */
const MAX_HEADER_BYTES = Math.max(32_768, maxHeaderSize);
/**
 * Timeout of a connection without activity; Node has none by default, and a client that reads nothing of a response
 * would keep its memory and its place in flight. Longer than `requestTimeout` with its checking interval, so that
 * clients that send slowly get the 408.
 */
const SILENCE_MS = 40_000;

export interface ServerParts {
  readonly app: RequestListener;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  /** Origins whose pages may read the answer to a request that the parser refused. Default: none. */
  readonly corsOrigins?: readonly string[];
  /** Classes of requests and responses. Default: Node's own. */
  readonly messages?: Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>;
  readonly onUnreadable: (unreadable: Unreadable) => void;
  /** Called with the reason when a connection is closed because of a limit. */
  readonly onCut: (why: string) => void;
}

/** An HTTP or HTTPS server for the app. It does not listen yet. */
export function createHttpServer(parts: ServerParts): Server {
  const { app, tls, corsOrigins = [], messages, onUnreadable, onCut } = parts;
  // The app answers a missing Host header (host.ts), since Node's own answer has no body.
  const options = { ...TIMEOUTS, maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false, ...messages };
  const server = tls ? createTlsServer({ ...options, ...tls }) : createServer(options);
  server.setTimeout(SILENCE_MS);
  const limited = limitUnanswered(limitUnread(server, app, onCut), () => {
    onCut('too many unanswered requests');
  });
  server.on('request', limited);
  answerParserErrors(server, onUnreadable, corsOrigins);
  // A server may ignore an unknown expectation (RFC 9110 section 10.1.1).
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  return server;
}
