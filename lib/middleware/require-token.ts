import type { RequestHandler } from 'express';
import { TokenRequiredError } from '../errors';
import { authOf } from '../passage/proof';
import { guard } from './guard';

/**
 * Lets only a user's own token through; an API key gets 403 `token_required`.
 *
 * @example
 * app.post('/keys', port, requireToken(), issueKey);
 *
 * @throws {TokenRequiredError} 403, handed to the error handler.
 */
export function requireToken(...none: readonly never[]): RequestHandler {
  // Mounted itself, it would answer nobody: Express would call it with a request and wait.
  if (none.length > 0) throw new TypeError('requireToken: takes nothing; mount requireToken()');
  return guard((request) => {
    if (authOf(request).kind !== 'token') throw new TokenRequiredError();
  });
}
