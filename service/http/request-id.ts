import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { scrub } from '../ops/scrub';

const HEADER = 'X-Request-Id';

/**
 * Ids that may be repeated in headers, responses and log lines: short, and of characters that are safe in each of them.
 */
const PLAIN = /^[A-Za-z0-9._~:/+=@-]{1,128}$/;
const isSane = (id: string): boolean => PLAIN.test(id) && scrub(id) === id;

/**
 * Keeps the `X-Request-Id` of a client or proxy if it is valid, creates one otherwise, and sets it on every response.
 */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  response.setHeader(HEADER, typeof given === 'string' && isSane(given) ? given : randomUUID());
  next();
};

export function requestIdOf(response: Response): string {
  return String(response.getHeader(HEADER));
}
