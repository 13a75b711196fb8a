import type { RequestListener, Server } from 'node:http';
import { exchangeOf, type Exchange } from './exchanges';

/** Node's timeouts begin anew with each byte that is read: a reader of one byte a minute would hold an answer for ever. */
const ANSWER_MS = 60_000;
/** Of all answers together: a page has up to 4 MiB, and a thousand may be in flight. */
const MAX_UNREAD_BYTES = 256 * 1024 * 1024;
const SWEEP_MS = 1000;

/**
 * Cuts the connections of readers who do not take their answers: a minute after an answer began, and, those for whom most
 * waits first, while more than 256 MiB wait for all of them.
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
