import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';

/** Headers for responses that are data: no browser may execute, frame or load anything because of them. */
export const plainHelmet: RequestHandler = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
});

/** Helmet's headers. They are the same for every response, so helmet runs once. */
export function securityHeaders(): RequestHandler {
  const headers = helmetHeaders();
  return function setSecurityHeaders(_request, response, next) {
    for (const [name, value] of headers) response.setHeader(name, value);
    next();
  };
}

function helmetHeaders(): readonly (readonly [string, string])[] {
  const headers: [string, string][] = [];
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  response.setHeader = (name, value) => {
    headers.push([name, String(value)]);
    return response;
  };
  plainHelmet(response.req as Request, response as Response, (error?: unknown) => {
    if (error !== undefined) throw error as Error;
  });
  return headers;
}
