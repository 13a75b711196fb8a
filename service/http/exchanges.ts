import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** A request and its answer. */
export interface Exchange {
  readonly response: ServerResponse;
  /** Why it was refused or failed, for its line in the log. */
  failure: unknown;
  /** The caller's address, known where the request was refused or failed. */
  address: string | undefined;
  /** The pattern of the path that answers it, such as `/api/keys/:id`; undefined while none is known. */
  route: string | undefined;
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

/*
 * Each is kept on what it tells of, not in a WeakMap: a value there that reaches its own key, as these do, outlives all
 * collections of young objects, and the request and its answer with it.
 */
const EXCHANGE = Symbol('exchange');
const CONNECTION = Symbol('connection');

/** Whoever wants to know when a request is over asks here: no single event of Node's tells it in every case. */
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
    // Up to Node 22 an answer that is queued behind another one never emits `close` when the connection ends.
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
    // A connection that is idle must not keep its last request in memory.
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
    // Before Node's own listener. `finish` may also come, and `writableFinished` turn true, when nothing could be sent.
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
