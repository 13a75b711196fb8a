import type { Response } from 'express';

/** Sends text that is JSON already. */
export function sendJson(response: Response, status: number, json: string): void {
  response.status(status).type('application/json').send(json);
}
