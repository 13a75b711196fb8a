import { IncomingMessage, ServerResponse, type ServerOptions } from 'node:http';
import type { Express } from 'express';

/** See `messagesOf`. Version 13 is that of Node 24. */
const affected = Number.parseInt(process.versions.v8, 10) < 13;

/**
 * Classes for the server's requests and responses that have the prototypes of the app from the start. Express would
 * replace them for each request, after which V8 before version 13 shares no hidden class between requests: most of
 * what Express, Node and the middlewares do then takes a call of its runtime. From that version on, Node's own classes are faster.
 */
export function messagesOf(app: Express): Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'> {
  if (!affected) return {};
  return {
    IncomingMessage: withPrototype(IncomingMessage, app.request),
    ServerResponse: withPrototype(ServerResponse, app.response),
  };
}

/** Not a subclass, since the prototype of a class cannot be replaced. Node's own are functions in these versions. */
function withPrototype<Base extends object>(base: Base, prototype: object): Base {
  function Message(this: object, first: unknown, second: unknown): void {
    (base as unknown as Initializer).call(this, first, second);
  }
  Message.prototype = prototype;
  Object.defineProperty(prototype, 'constructor', { value: Message, writable: true, configurable: true });
  return Message as unknown as Base;
}

type Initializer = (this: object, first: unknown, second: unknown) => void;
