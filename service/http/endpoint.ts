import type { RequestHandler, Router } from 'express';
import { MethodNotAllowedError } from './errors';
import { exchangeOf } from './exchanges';
import { inOrder } from './in-order';

export type Methods = Readonly<Partial<Record<'get' | 'post' | 'delete', readonly RequestHandler[]>>>;

/** Declares a path once with all it answers: any other method, OPTIONS included, is a 405 before anything else runs. */
export function endpoint(router: Router, path: string, methods: Methods): void {
  const handlers = new Map<string, RequestHandler>();
  for (const [name, inTurn] of Object.entries(methods)) {
    const handler = inOrder(...inTurn);
    handlers.set(name.toUpperCase(), handler);
    if (name === 'get') handlers.set('HEAD', handler);
  }
  const allowed = [...handlers.keys()];
  router.all(path, (request, response, next) => {
    exchangeOf(response).route = request.baseUrl + path;
    const handler = handlers.get(request.method);
    if (!handler) throw new MethodNotAllowedError(allowed);
    void handler(request, response, next);
  });
}
