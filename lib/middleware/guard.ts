import type { Request, RequestHandler } from 'express';
import { tellRefused } from '../passage/refusals';

/** Calls the next handler unless `check` throws. Emits the refusal here, so that any error handler may answer it. */
export function guard(check: (request: Request) => void): RequestHandler {
  return function guardRequest(request, response, next) {
    try {
      check(request);
    } catch (error) {
      tellRefused(request, response, error, undefined);
      throw error;
    }
    next();
  };
}
