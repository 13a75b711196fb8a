import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** A request and its response. */
export interface Exchange {
  readonly response: ServerResponse;
  /** The error of a refused or failed request, for its log line. */
  failure: unknown;
  /** The client's address; set only if the request was refused or failed. */
  address: string | undefined;
  /** The pattern of the matched route, such as `/api/keys/:id`; undefined until a route matches. */
  route: string | undefined;
  /** Whether the whole response was sent. */
  answered(): boolean;
  /** Calls `listener` once when the exchange has ended in any way; immediately if it has ended already. */
  onEnd(listener: () => void): void;
}

/** The exchanges of one connection. */
export interface Connection {
  /** Exchanges that have not ended, in the order of their requests. */
  readonly open: ReadonlySet<Exchange>;
  /** Whether the last request has been answered before all of its body arrived. */
  answeredEarly(): boolean;
  /** Ignore all further requests of the connection; responses in progress may still be sent. */
  giveUp(): void;
  givenUp(): boolean;
}

/*
 * Stored as a property of the response or socket, not in a WeakMap: a WeakMap value that references its own key, as
 * these do, survives every minor garbage collection, and keeps the request and response in memory.
 */
const EXCHANGE = Symbol('exchange');
const CONNECTION = Symbol('connection');

/** The exchange of a response. Use it to learn when a request has ended: no single event of Node covers all cases. */
export function exchangeOf(response: ServerResponse & { [EXCHANGE]?: OwnExchange | undefined }): Exchange {
  return (response[EXCHANGE] ??= ownConnection(response.req.socket).begin(response));
}

export function connectionOf(socket: Duplex): Connection {
  return ownConnection(socket);
}

function ownConnection(socket: Duplex & { [CONNECTION]?: OwnConnection | undefined }): OwnConnection {
  return (socket[CONNECTION] ??= new OwnConnection(socket));
}

class OwnConnection implements Connection {
  readonly open = new Set<OwnExchange>();
  #latest: ServerResponse['req'] | undefined = undefined;
  #givenUp = false;

  constructor(socket: Duplex) {
    // Up to Node 22, a response that is queued behind another one emits no `close` when the connection ends.
    socket.once('close', () => {
      for (const exchange of this.open) exchange.end();
    });
  }

  begin(response: ServerResponse): OwnExchange {
    const exchange = new OwnExchange(response, this);
    this.open.add(exchange);
    this.#latest = response.req;
    if (response.req.socket.closed || response.closed) exchange.end();
    return exchange;
  }

  forget(exchange: OwnExchange): void {
    this.open.delete(exchange);
    // An idle connection must not keep its last request in memory.
    if (this.#latest?.complete) this.#latest = undefined;
  }

  answeredEarly(): boolean {
    return this.open.size === 0 && this.#latest?.complete === false;
  }

  giveUp(): void {
    this.#givenUp = true;
  }

  givenUp(): boolean {
    return this.#givenUp;
  }
}

class OwnExchange implements Exchange {
  failure: unknown = undefined;
  address: string | undefined = undefined;
  route: string | undefined = undefined;
  #answered = false;
  #ended = false;
  #listeners: (() => void)[] = [];

  constructor(
    readonly response: ServerResponse,
    private readonly connection: OwnConnection,
  ) {
    const { socket } = response.req;
    // Runs before Node's own listener, which may set `writableFinished`. `finish` is emitted even if nothing could be
    // sent.
    response.prependListener('finish', () => {
      this.#answered = !socket.destroyed;
    });
    response.on('close', () => {
      this.end();
    });
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.connection.forget(this);
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }

  answered(): boolean {
    return this.#answered;
  }

  onEnd(listener: () => void): void {
    if (this.#ended) listener();
    else this.#listeners.push(listener);
  }
}
