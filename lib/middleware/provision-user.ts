import type { RequestHandler } from 'express';
import type { OnEvent } from '../events';
import { refuseUnknown } from '../options';
import type { KnownUsers } from '../users/known-users';
import { userDirectory } from '../users/user-directory';
import type { UserStore } from '../users/user-store';
import { authOf, setUser } from './proof';

export interface ProvisionUserOptions {
  /** A store, or a `userDirectory` that the host also uses elsewhere. */
  readonly users: UserStore | KnownUsers;
  readonly onEvent?: OnEvent;
}

/**
 * Gets or creates the authenticated caller's user and sets `req.user`: exactly one user for an issuer and subject. A user
 * who was seen here before costs no store call. Answers 503 `store_unavailable` when the store cannot be reached.
 */
export function provisionUser(options: ProvisionUserOptions): RequestHandler {
  refuseUnknown('provisionUser', options, ['users', 'onEvent']);
  const users = userDirectory(options.users, options.onEvent);

  return async function provisionRequest(request, _response, next) {
    const { issuer, subject } = authOf(request);
    setUser(request, await users.getOrCreate({ issuer, subject }));
    next();
  };
}
