import type { IncomingMessage } from 'node:http';
import type { Response } from 'express';

/**
 * Stands where the chain expects a response, for a request that has none, such as a WebSocket upgrade: nothing is written.
 * The connection alone tells that nobody waits any longer.
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
