import type { RequestHandler } from 'express';
import { InsufficientRoleError } from '../errors';
import { authOf } from '../passage/proof';
import { guard } from './guard';

/**
 * Lets only callers through who have at least one of these roles, compared character by character; others get 403
 * `insufficient_role`, naming them. Roles are what the option `roles` reads from a token. An API key has no roles,
 * only scopes.
 *
 * @example
 * const port = sallyport({ issuer, audience, users, roles: claimAt('realm_access', 'roles') });
 * app.delete('/reports/:id', port, port.requireRole('editor', 'admin'), deleteReport);
 *
 * @throws {InsufficientRoleError} 403, handed to the error handler.
 */
export function requireRole(...roles: readonly string[]): RequestHandler {
  const valid =
    roles.length > 0 && roles.every((role) => typeof (role as unknown) === 'string' && role !== '');
  if (!valid) throw new TypeError('requireRole: name at least one role');
  return guard((request) => {
    // A host's own verifier may say nothing of roles.
    const { roles: held = [] } = authOf(request) as { readonly roles?: readonly string[] };
    if (!roles.some((role) => held.includes(role))) throw new InsufficientRoleError(roles);
  });
}
