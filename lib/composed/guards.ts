import type { RequestHandler } from 'express';
import { ownerGuard, requireOwner } from '../middleware/require-owner';
import { requireRole } from '../middleware/require-role';
import { requireAnyScope, requireKeyScope, requireScope } from '../middleware/require-scope';
import { requireToken } from '../middleware/require-token';
import type { AnyOptions } from '../sallyport-options';

/** The guards that fit a chain. */
export interface Guards {
  /** Only the user whom this path parameter names. */
  requireOwner(parameter: string): RequestHandler;
  requireScope(...scopes: readonly string[]): RequestHandler;
  /** One of the scopes is enough. */
  requireAnyScope(...scopes: readonly string[]): RequestHandler;
  /** One of the roles is enough; no API keys. */
  requireRole(...roles: readonly string[]): RequestHandler;
  /** Scopes that API keys need; a user's own token needs none. */
  requireKeyScope(...scopes: readonly string[]): RequestHandler;
  /** No API keys. */
  requireToken(): RequestHandler;
}

/** Without users of ours `owner` gets the proof alone. */
export function guards({ users, owner }: AnyOptions): Guards {
  return {
    requireOwner: (parameter) =>
      users || !owner ? requireOwner(parameter, owner ? { owner } : {}) : ownerGuard(parameter, owner),
    requireScope,
    requireAnyScope,
    requireRole,
    requireKeyScope,
    requireToken,
  };
}
