import type { RequestHandler } from 'express';
import { InsufficientRoleError } from '../errors';
import { authOf } from '../passage/proof';
import { guard } from './guard';

/**
 * Accepts only callers who have at least one of these roles, compared character by character. Others get 403
 * `insufficient_role`, which lists the roles. The option `roles` reads them from a token. An API key has no roles, only
 * scopes.
 *
 * @example
 * const port = sallyport({ issuer, audience, users, roles: claimAt('realm_access', 'roles') });
 * app.delete('/reports/:id', port, port.requireRole('editor', 'admin'), deleteReport);
 *
 * @throws {InsufficientRoleError} 403, passed to the error handler.
 */
export function requireRole(...roles: readonly string[]): RequestHandler {
  const valid =
    roles.length > 0 && roles.every((role) => typeof (role as unknown) === 'string' && role !== '');
  if (!valid) throw new TypeError('requireRole: name at least one role');
  return guard((request) => {
    // The proof of a host's own verifier may have no roles.
    const { roles: held = [] } = authOf(request) as { readonly roles?: readonly string[] };
    if (!roles.some((role) => held.includes(role))) throw new InsufficientRoleError(roles);
  });
}
