import type { RequestListener } from 'node:http';
import type { Express, Request, Response } from 'express';

/**
 * Express runs no middleware, not even error handlers, for a request target that it can't parse, such as `http://]/`:
 * it answers with an HTML page, and the request is not logged. Here it is handled as a path that does not exist.
 */
export function withUnreadableTargets(app: Express): RequestListener {
  return (request, response) => {
    app(request as Request, response as Response, () => {
      // The log uses `originalUrl`, which is not changed.
      request.url = '/';
      app(request, response);
    });
  };
}
