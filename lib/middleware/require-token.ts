import type { RequestHandler } from 'express';
import { TokenRequiredError } from '../errors';
import { authOf } from '../passage/proof';
import { guard } from './guard';

/**
 * Accepts tokens only. An API key gets 403 `token_required`.
 *
 * @example
 * app.post('/keys', port, requireToken(), issueKey);
 *
 * @throws {TokenRequiredError} 403, passed to the error handler.
 */
export function requireToken(...none: readonly never[]): RequestHandler {
  // If `requireToken` is mounted without the call, Express passes it a request, which would never be answered.
  if (none.length > 0) throw new TypeError('requireToken: takes nothing; mount requireToken()');
  return guard((request) => {
    if (authOf(request).kind !== 'token') throw new TokenRequiredError();
  });
}
