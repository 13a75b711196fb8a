import { IncomingMessage, ServerResponse, type ServerOptions } from 'node:http';
import type { Express } from 'express';

/**
 * Classes for the server's requests and responses that have the prototypes of the app from the start. Express would
 * replace the prototypes for each request, after which V8 before version 13 (Node 24) shares no hidden class between
 * requests, and Express, Node and the middlewares take several times as long.
 */
export function messagesOf(app: Express): Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'> {
  return {
    IncomingMessage: withPrototype(IncomingMessage, app.request),
    ServerResponse: withPrototype(ServerResponse, app.response),
  };
}

/** Not `class`, whose prototype cannot be replaced. Node calls its own constructors in this way too: they are functions. */
function withPrototype<Base extends { readonly name: string }>(base: Base, prototype: object): Base {
  function Message(this: object, first: unknown, second: unknown): void {
    (base as unknown as Initializer).call(this, first, second);
  }
  Message.prototype = prototype;
  // As `extends` does: V8 then leaves room in the object for the properties that the base constructor sets.
  Object.setPrototypeOf(Message, base);
  Object.defineProperty(Message, 'name', { value: base.name });
  // The library takes a prototype that is not that of the constructor for one that Express has replaced.
  Object.defineProperty(prototype, 'constructor', { value: Message, writable: true, configurable: true });
  return Message as unknown as Base;
}

type Initializer = (this: object, first: unknown, second: unknown) => void;
