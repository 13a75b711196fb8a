import type { RequestHandler } from 'express';
import type { Auth } from '../auth';
import { InsufficientScopeError } from '../errors';
import { authOf } from '../passage/proof';
import { guard } from './guard';

/**
 * Accepts only callers who have all of these scopes. Others get 403 `insufficient_scope`, which lists the scopes. API
 * keys have scopes too.
 *
 * @example
 * app.get('/reports', port, requireScope('reports:read'), listReports);
 *
 * @throws {InsufficientScopeError} 403, passed to the error handler.
 */
export function requireScope(...scopes: readonly string[]): RequestHandler {
  checkScopes('requireScope', scopes);
  return guard((request) => {
    demand(authOf(request), scopes);
  });
}

/**
 * Accepts callers who have at least one of these scopes. Others get 403 `insufficient_scope`, whose challenge names the
 * first as sufficient.
 *
 * @example
 * app.get('/reports', port, requireAnyScope('reports:read', 'reports:admin'), listReports);
 *
 * @throws {InsufficientScopeError} 403, passed to the error handler.
 */
export function requireAnyScope(...scopes: readonly string[]): RequestHandler {
  checkScopes('requireAnyScope', scopes);
  return guard((request) => {
    const { scopes: held } = authOf(request);
    if (!scopes.some((scope) => held.includes(scope)))
      throw new InsufficientScopeError(scopes, { any: true });
  });
}

/**
 * `requireScope` for API keys only. A user's token needs no scope.
 *
 * @example
 * app.get('/notes', port, requireKeyScope('notes:read'), listNotes);
 *
 * @throws {InsufficientScopeError} 403, passed to the error handler, for API keys only.
 */
export function requireKeyScope(...scopes: readonly string[]): RequestHandler {
  checkScopes('requireKeyScope', scopes);
  return guard((request) => {
    const auth = authOf(request);
    if (auth.kind === 'api-key') demand(auth, scopes);
  });
}

function checkScopes(owner: string, scopes: readonly unknown[]): void {
  const valid =
    scopes.length > 0 && scopes.every((scope) => typeof scope === 'string' && /^[^\s"\\]+$/.test(scope));
  if (!valid) throw new TypeError(`${owner}: name at least one scope, each without spaces or quotes`);
}

function demand(auth: Auth, scopes: readonly string[]): void {
  if (!scopes.every((scope) => auth.scopes.includes(scope))) throw new InsufficientScopeError(scopes);
}
