import express, { type RequestHandler, type Router } from 'express';
import type { Operation } from '../openapi/operation';
import { MethodNotAllowedError } from './errors';
import { exchangeOf } from './exchanges';
import { inOrder } from './in-order';

type Methods<T> = Readonly<Partial<Record<'get' | 'post' | 'delete', T>>>;

/** What is done for a method of a path, and what callers are told of it: neither is there without the other. */
export interface Method extends Operation {
  readonly handlers: readonly RequestHandler[];
}

/** A path of the service. */
export interface Route {
  /** As Express spells it: `/api/keys/:id`. */
  readonly path: string;
  readonly methods: Methods<Method>;
}

/** One router for them, which tells `/a` from `/A` and, where `strict`, from `/a/`. */
export function routerOf(routes: readonly Route[], { strict = true } = {}): Router {
  const router = express.Router({ caseSensitive: true, strict });
  for (const { path, methods } of routes) endpoint(router, path, methods);
  return router;
}

/** Declares a path once with all it answers: any other method, OPTIONS included, is a 405 before anything else runs. */
function endpoint(router: Router, path: string, methods: Methods<Method>): void {
  const handlers = new Map<string, RequestHandler>();
  for (const [name, { handlers: inTurn }] of Object.entries(methods)) {
    const handler = inOrder(...inTurn);
    handlers.set(name.toUpperCase(), handler);
    if (name === 'get') handlers.set('HEAD', handler);
  }
  const allowed = [...handlers.keys()];
  router.all(path, (request, response, next) => {
    exchangeOf(response).route = path;
    const handler = handlers.get(request.method);
    if (!handler) throw new MethodNotAllowedError(allowed);
    void handler(request, response, next);
  });
}
