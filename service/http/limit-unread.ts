import type { RequestListener, Server } from 'node:http';
import { exchangeOf, type Exchange } from './exchanges';

/**
 * Node's timeouts restart with each byte that is read, so a client that reads a byte a minute would keep a response
 * open without limit.
 */
const ANSWER_MS = 60_000;
/** Limit for all responses together: a page may have 4 MiB, and a thousand requests may be in flight. */
const MAX_UNREAD_BYTES = 256 * 1024 * 1024;
const SWEEP_MS = 1000;

/**
 * Closes the connections of clients that do not read their responses: one minute after a response began, and, while
 * more than 256 MiB are waiting in all, those with the most waiting bytes first.
 */
export function limitUnread(
  server: Server,
  app: RequestListener,
  onCut: (why: string) => void,
): RequestListener {
  const open = new Set<Exchange>();
  const began = new WeakMap<Exchange, number>();

  function cut({ response }: Exchange, why: string): void {
    onCut(why);
    response.req.socket.destroy();
  }

  function isLate(exchange: Exchange, now: number): boolean {
    if (!exchange.response.headersSent) return false;
    const since = began.get(exchange);
    if (since === undefined) began.set(exchange, now);
    return since !== undefined && now - since >= ANSWER_MS;
  }

  function sweep(): void {
    const now = performance.now();
    const waiting = [...open].filter(({ response }) => !response.req.socket.destroyed);
    for (const exchange of waiting) {
      if (isLate(exchange, now)) cut(exchange, 'an answer was not taken in time');
    }
    let unread = waiting.reduce((sum, { response }) => sum + response.writableLength, 0);
    if (unread <= MAX_UNREAD_BYTES) return;
    for (const exchange of waiting.sort((a, b) => b.response.writableLength - a.response.writableLength)) {
      if (unread <= MAX_UNREAD_BYTES) return;
      unread -= exchange.response.writableLength;
      cut(exchange, 'too many bytes were waiting for their readers');
    }
  }

  const timer = setInterval(sweep, SWEEP_MS).unref();
  server.once('close', () => {
    clearInterval(timer);
  });
  return function watchAnswer(request, response) {
    const exchange = exchangeOf(response);
    open.add(exchange);
    exchange.onEnd(() => open.delete(exchange));
    app(request, response);
  };
}
