import type { Response } from 'express';

/**
 * Sends a JSON string like Express's `send`, but without copying it and looking up its type and charset. Other cases
 * are left to Express.
 */
export function sendJson(response: Response, status: number, json: string): void {
  response.statusCode = status;
  const { req: request } = response;
  if (request.method === 'HEAD' || request.fresh) {
    response.type('application/json').send(json);
    return;
  }
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(json));
  response.end(json);
}
