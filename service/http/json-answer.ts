import type { Response } from 'express';

/**
 * Sends text that is JSON already, as Express's `send` would: that makes a copy of it, and looks up what its type and
 * charset are. What needs more than the text is left to Express.
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
