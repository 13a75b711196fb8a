import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { scrub } from '../ops/scrub';

const HEADER = 'X-Request-Id';

/** What may be repeated into a header, an answer and a log line: short, plain, and no credential put in the wrong place. */
const PLAIN = /^[A-Za-z0-9._~:/+=@-]{1,128}$/;
const isSane = (id: string): boolean => PLAIN.test(id) && scrub(id) === id;

/** Keeps the id a caller or proxy gave if it is sane, makes one otherwise, and says it on every answer. */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  response.setHeader(HEADER, typeof given === 'string' && isSane(given) ? given : randomUUID());
  next();
};

export function requestIdOf(response: Response): string {
  return String(response.getHeader(HEADER));
}
