import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** A request and its answer. */
export interface Exchange {
  readonly response: ServerResponse;
  /** Whether the whole answer left this process. */
  answered(): boolean;
  /** Calls back once when the exchange has ended, in whatever way; at once when it has ended already. */
  onEnd(listener: () => void): void;
}

/** The exchanges of one connection. */
export interface Connection {
  /** Those that have not ended, in the order of their requests. */
  readonly open: ReadonlySet<Exchange>;
  /** Whether more of a body is to come whose request has been answered. */
  answeredEarly(): boolean;
  /** Nothing more that arrives is carried out; answers that are due may still go out. */
  giveUp(): void;
  givenUp(): boolean;
}

interface OwnExchange extends Exchange {
  end(): void;
}

interface OwnConnection extends Connection {
  begin(response: ServerResponse): OwnExchange;
}

const connections = new WeakMap<Duplex, OwnConnection>();
const exchanges = new WeakMap<ServerResponse, OwnExchange>();

/** Whoever wants to know when a request is over asks here: no single event of Node's tells it in every case. */
export function exchangeOf(response: ServerResponse): Exchange {
  const known = exchanges.get(response);
  if (known) return known;
  const { socket } = response.req;
  const exchange = ownConnection(socket).begin(response);
  exchanges.set(response, exchange);
  if (socket.closed || response.closed) exchange.end();
  return exchange;
}

export function connectionOf(socket: Duplex): Connection {
  return ownConnection(socket);
}

function ownConnection(socket: Duplex): OwnConnection {
  const known = connections.get(socket);
  if (known) return known;
  const open = new Set<OwnExchange>();
  let latest: ServerResponse['req'] | undefined;
  let givenUp = false;
  // Up to Node 22 an answer that is queued behind another one never emits `close` when the connection ends.
  socket.once('close', () => {
    for (const exchange of open) exchange.end();
  });
  const connection: OwnConnection = {
    open,
    answeredEarly: () => open.size === 0 && latest?.complete === false,
    giveUp: () => {
      givenUp = true;
    },
    givenUp: () => givenUp,
    begin: (response) => {
      const exchange = beginExchange(response);
      open.add(exchange);
      latest = response.req;
      exchange.onEnd(() => {
        open.delete(exchange);
        // A connection that is idle must not keep its last request in memory.
        if (latest?.complete) latest = undefined;
      });
      return exchange;
    },
  };
  connections.set(socket, connection);
  return connection;
}

function beginExchange(response: ServerResponse): OwnExchange {
  const { socket } = response.req;
  const listeners: (() => void)[] = [];
  let ended = false;
  let answered = false;
  // Before Node's own listener. `finish` may also come, and `writableFinished` turn true, when nothing could be sent.
  response.prependOnceListener('finish', () => {
    answered = !socket.destroyed;
  });
  const end = (): void => {
    if (ended) return;
    ended = true;
    for (const listener of listeners.splice(0)) listener();
  };
  response.once('close', end);
  return {
    response,
    end,
    answered: () => answered,
    onEnd: (listener) => {
      if (ended) listener();
      else listeners.push(listener);
    },
  };
}
