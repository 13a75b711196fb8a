import type { Request } from 'express';
import './request';
import type { Auth, User } from '../auth';
import { InternalError } from '../errors';

/**
 * What our chain found out about a request, kept where nothing else can write. `req.auth` and `req.user` are for reading:
 * guards compare them with this, so that a value from elsewhere is a bug (500) and never a pass.
 */
const auths = new WeakMap<Request, { readonly auth: Auth; readonly by: object }>();
const users = new WeakMap<Request, User>();

/** Sets `req.auth`. `by` is the middleware instance that answers for it. */
export function setAuth(request: Request, auth: Auth, by: object): void {
  // A host's own verifier may have left it open to whoever comes later.
  Object.freeze(auth);
  auths.set(request, { auth, by });
  users.delete(request);
  request.auth = auth as NonNullable<Request['auth']>;
}

export function setUser(request: Request, user: User): void {
  users.set(request, user);
  request.user = user;
}

/** Whether this very middleware instance has done its work on this request already. */
export function provenBy(request: Request, by: object): boolean {
  return auths.get(request)?.by === by && isUntouched(request);
}

/** Nothing that we did not put there: either absent or the one that our chain made. */
export function isUntouched(request: Request): boolean {
  return request.auth === auths.get(request)?.auth;
}

/**
 * The proof of an authenticated request.
 * @throws {InternalError} 500 when `authenticate` is not mounted before, or something else set `req.auth`.
 */
export function authOf(request: Request): Auth {
  const auth = auths.get(request)?.auth;
  if (!auth || request.auth !== auth) {
    throw new InternalError({ cause: new Error('req.auth was not set by authenticate on this request') });
  }
  return auth;
}

/**
 * The user of an authenticated request.
 * @throws {InternalError} 500 when `provisionUser` is not mounted before, or something else set `req.user`.
 */
export function userOf(request: Request): User {
  const user = users.get(request);
  if (!user || request.user !== user) {
    throw new InternalError({ cause: new Error('req.user was not set by provisionUser on this request') });
  }
  return user;
}
