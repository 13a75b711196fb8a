import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

const HEADER = 'X-Request-Id';

/** What may be repeated into a header, an answer and a log line. */
const SANE = /^[A-Za-z0-9._~:/+=@-]{1,128}$/;

/** Keeps the id a caller or proxy gave if it is sane, makes one otherwise, and says it on every answer. */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  response.setHeader(HEADER, typeof given === 'string' && SANE.test(given) ? given : randomUUID());
  next();
};

export function requestIdOf(response: Response): string {
  return String(response.getHeader(HEADER));
}
