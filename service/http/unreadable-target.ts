import type { RequestListener } from 'node:http';
import type { Express, Request, Response } from 'express';

/**
 * Express runs no middleware, not even the one for errors, for a request target that it can't parse, such as
 * `http://]/`: left alone it answers an HTML page that no log knows. Here it is a path where there is nothing.
 */
export function withUnreadableTargets(app: Express): RequestListener {
  return (request, response) => {
    app(request as Request, response as Response, () => {
      // The log tells `originalUrl`, which Express has kept.
      request.url = '/';
      app(request, response);
    });
  };
}
