import type { RequestHandler } from 'express';
import { freshGuard, type RequireFreshOptions } from '../middleware/require-fresh';
import { ownerGuard, requireOwner } from '../middleware/require-owner';
import { requireRole } from '../middleware/require-role';
import { requireAnyScope, requireKeyScope, requireScope } from '../middleware/require-scope';
import { requireToken } from '../middleware/require-token';
import type { AnyOptions } from '../sallyport-options';
import { toleranceOf, type Keyed } from './keyed-issuers';

/** The guards of a chain, with its options as defaults. */
export interface Guards {
  /** Accepts only the user whom this path parameter names. */
  requireOwner(parameter: string): RequestHandler;
  requireScope(...scopes: readonly string[]): RequestHandler;
  /** One of the scopes is enough. */
  requireAnyScope(...scopes: readonly string[]): RequestHandler;
  /** One of the roles is enough; no API keys. */
  requireRole(...roles: readonly string[]): RequestHandler;
  /** Scopes that API keys need; a user's token needs none. */
  requireKeyScope(...scopes: readonly string[]): RequestHandler;
  /** Users who signed in recently enough (`maxAgeSeconds`) and as the `acr` requires; no API keys. */
  requireFresh(options: RequireFreshOptions): RequestHandler;
  /** No API keys. */
  requireToken(): RequestHandler;
}

/** Without the option `users`, `owner` is called with the proof only. */
export function guards({ users, owner }: AnyOptions, issuers: readonly Keyed[]): Guards {
  return {
    requireOwner: (parameter) =>
      users || !owner ? requireOwner(parameter, owner ? { owner } : {}) : ownerGuard(parameter, owner),
    requireScope,
    requireAnyScope,
    requireRole,
    requireKeyScope,
    requireFresh: (options) => freshGuard(options, toleranceOf(issuers)),
    requireToken,
  };
}
