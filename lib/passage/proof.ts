import type { Request } from 'express';
import './request';
import type { Auth, User } from '../auth';
import { InternalError } from '../errors';
import { passageOf, type Passage } from './passage';

/**
 * `req.auth` and `req.user` are for reading: guards compare them with what the passage holds, so that a value from
 * elsewhere is a bug (500) and never a pass.
 */

/** Sets `req.auth`. `by` is the middleware instance that answers for it. */
export function setAuth(request: Request, passage: Passage, auth: Auth, by: object): void {
  // A host's own verifier may have left it open to whoever comes later.
  Object.freeze(auth);
  passage.auth = auth;
  passage.provenBy = by;
  passage.user = undefined;
  request.auth = auth as NonNullable<Request['auth']>;
}

export function setUser(request: Request, user: User): void {
  passageOf(request).user = user;
  request.user = user;
}

/** Nothing that we did not put there: either absent or the one that our chain made. */
export function isUntouched(request: Request, passage: Passage): boolean {
  return request.auth === passage.auth;
}

/** Whether our chain has proven who calls, and nothing has taken the place of that. */
export function isProven(request: Request): boolean {
  const { auth } = passageOf(request);
  return auth !== undefined && request.auth === auth;
}

/**
 * The proof of an authenticated request.
 * @throws {InternalError} 500 when `authenticate` is not mounted before, or something else set `req.auth`.
 */
export function authOf(request: Request): Auth {
  const { auth } = passageOf(request);
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
  const { user } = passageOf(request);
  if (!user || request.user !== user) {
    throw new InternalError({ cause: new Error('req.user was not set by provisionUser on this request') });
  }
  return user;
}
