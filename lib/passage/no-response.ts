import type { IncomingMessage } from 'node:http';
import type { Response } from 'express';

/**
 * A substitute for the response of a request that has none, such as a WebSocket upgrade: nothing is written. Listeners
 * are added to the connection, whose end is the only sign that the client has gone.
 */
class NoResponse {
  readonly headersSent = true;

  constructor(private readonly socket: IncomingMessage['socket']) {}

  getHeader(): undefined {
    return undefined;
  }

  setHeader(): this {
    return this;
  }

  on(event: string, listener: () => void): this {
    this.socket.on(event, listener);
    return this;
  }

  off(event: string, listener: () => void): this {
    this.socket.off(event, listener);
    return this;
  }
}

export function noResponse({ socket }: IncomingMessage): Response {
  return new NoResponse(socket) as unknown as Response;
}
