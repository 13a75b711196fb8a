import type { Request, RequestHandler } from 'express';
import { tellRefused } from '../passage/refusals';

/** Lets a request pass unless `check` throws. The refusal is told here, whoever answers it. */
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
