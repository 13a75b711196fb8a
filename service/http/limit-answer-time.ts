import type { RequestListener, Server } from 'node:http';
import { exchangeOf, type Exchange } from './exchanges';

/** Node's timeouts begin anew with each byte that is read: a reader of one byte a minute would hold an answer for ever. */
const ANSWER_MS = 60_000;
const SWEEP_MS = 1000;

/** Cuts the connection of an answer that its reader has not taken a minute after it began. */
export function limitAnswerTime(server: Server, app: RequestListener, onCut: () => void): RequestListener {
  const open = new Set<Exchange>();
  const began = new WeakMap<Exchange, number>();
  const sweep = (): void => {
    const now = performance.now();
    for (const exchange of open) {
      const { headersSent, req } = exchange.response;
      if (!headersSent || req.socket.destroyed) continue;
      const since = began.get(exchange);
      if (since === undefined) began.set(exchange, now);
      else if (now - since >= ANSWER_MS) {
        onCut();
        req.socket.destroy();
      }
    }
  };
  const timer = setInterval(sweep, SWEEP_MS).unref();
  server.once('close', () => {
    clearInterval(timer);
  });
  return function timeAnswer(request, response) {
    const exchange = exchangeOf(response);
    open.add(exchange);
    exchange.onEnd(() => open.delete(exchange));
    app(request, response);
  };
}
