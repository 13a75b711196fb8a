import type { RequestHandler } from 'express';
import { TokenRequiredError } from '../errors';
import { authOf } from './proof';

/** Lets only a user's own token through; an API key gets 403 `token_required`. */
export function requireToken(): RequestHandler {
  return function requireUserToken(request, _response, next) {
    if (authOf(request).kind !== 'token') throw new TokenRequiredError();
    next();
  };
}
