import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { passageOf } from './passage';

/**
 * The id that the host gave the request: the `X-Request-Id` of the answer, else `req.id`, as pino-http sets it, else a
 * new UUID. It is the same for all events and the answer.
 */
export function requestIdOf(request: Request, response: Response): string {
  const passage = passageOf(request);
  return (passage.requestId ??= idOfHost(request, response) ?? randomUUID());
}

function idOfHost(request: Request, response: Response): string | undefined {
  const { id } = request as { id?: unknown };
  return asId(response.getHeader('X-Request-Id')) ?? asId(id);
}

function asId(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
