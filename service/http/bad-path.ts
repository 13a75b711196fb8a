import type { ErrorRequestHandler } from 'express';
import { InvalidRequestError } from 'sallyport';

/** Express rejects a path such as `/%E0` with a URIError of status 400; a URIError without that status is a bug. */
export const nameBadPath: ErrorRequestHandler = (error: unknown, _request, _response, next) => {
  const bad = error instanceof URIError && 'status' in error && error.status === 400;
  next(bad ? new InvalidRequestError('The path is not well-formed.') : error);
};
