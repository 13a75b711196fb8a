import express, { type RequestHandler, type Router } from 'express';
import type { Operation } from '../openapi/operation';
import { MethodNotAllowedError } from './errors';
import { exchangeOf } from './exchanges';
import { inOrder } from './in-order';

type Methods<T> = Readonly<Partial<Record<'get' | 'post' | 'delete', T>>>;

/** A method of a path: its handlers and its description in the OpenAPI document, so that neither can be missing. */
export interface Method extends Operation {
  readonly handlers: readonly RequestHandler[];
}

/** A path of the service. */
export interface Route {
  /** Pattern of Express, such as `/api/keys/:id`. */
  readonly path: string;
  readonly methods: Methods<Method>;
}

/** One router for all routes. Paths are case-sensitive; with `strict`, `/a/` does not match `/a`. */
export function routerOf(routes: readonly Route[], { strict = true } = {}): Router {
  const router = express.Router({ caseSensitive: true, strict });
  for (const { path, methods } of routes) endpoint(router, path, methods);
  return router;
}

/**
 * Declares a path with all its methods. Any other method, including OPTIONS, is answered 405 before any handler runs.
 */
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
