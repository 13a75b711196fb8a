import type { RequestHandler, Router } from 'express';
import { MethodNotAllowedError } from './errors';

export type Methods = Readonly<Partial<Record<'get' | 'post' | 'delete', readonly RequestHandler[]>>>;

/** Declares a path once with all it answers: any other method, OPTIONS included, is a 405 before anything else runs. */
export function endpoint(router: Router, path: string, methods: Methods): void {
  const allowed = Object.keys(methods).map((name) => name.toUpperCase());
  if (methods.get) allowed.splice(allowed.indexOf('GET') + 1, 0, 'HEAD');
  const route = router.route(path);
  route.all((request, _response, next) => {
    if (!allowed.includes(request.method)) throw new MethodNotAllowedError(allowed);
    next();
  });
  if (methods.get) route.get(...methods.get);
  if (methods.post) route.post(...methods.post);
  if (methods.delete) route.delete(...methods.delete);
}
