import type { Request } from 'express';
import './request';
import type { Auth, JwtPayload, User } from '../auth';
import { InternalError, MissingCredentialsError } from '../errors';
import type { OnEvent } from '../events';
import { provenanceOf } from '../provenance';
import { noProof } from './copies';
import { passageOf, type Passage } from './passage';

/**
 * `req.auth` and `req.user` are for reading only. Guards compare `req.auth` with the value in the passage, so that a
 * value set by other code is a 500 and never accepted. `req.user` may be the host's own: it is never read here.
 */

/** Sets `req.auth`. `by` is the middleware instance that has proven it. */
export function setAuth(request: Request, passage: Passage, auth: Auth, by: object): void {
  // A host's own verifier may return an object that is not frozen, which later code must not change.
  if (!provenanceOf(auth)) Object.freeze(auth);
  passage.auth = auth;
  passage.provenBy = by;
  passage.user = undefined;
  if (passage.shown !== undefined) withdraw(request, passage);
  request.auth = auth as NonNullable<Request['auth']>;
}

/** Replaces the proof with the same one that has more members. */
export function enrichAuth(request: Request, auth: Auth): void {
  passageOf(request).auth = auth;
  request.auth = auth as NonNullable<Request['auth']>;
}

/** Marks the request as a guest's. A proof of another chain is removed, since it does not apply to this route. */
export function setGuest(request: Request, tell: OnEvent | undefined): void {
  const passage = passageOf(request);
  if (!isUntouched(request, passage)) {
    throw new InternalError({ cause: noProof('req.auth was set before port.optional') });
  }
  passage.guest = true;
  passage.tell = tell;
  if (passage.auth) forget(request, passage);
}

/** The next `authenticate` verifies the credential again: on a long connection it may have been revoked meanwhile. */
export function judgeAgain(request: Request): void {
  passageOf(request).provenBy = undefined;
}

/** Removes the proof, but not a `req.auth` that other code has set. */
export function forgetProof(request: Request): void {
  if (isProven(request)) forget(request, passageOf(request));
}

function forget(request: Request, passage: Passage): void {
  passage.auth = undefined;
  passage.provenBy = undefined;
  passage.user = undefined;
  if (passage.shown !== undefined) withdraw(request, passage);
  delete request.auth;
}

/** Sets `req.user` too, unless the host has its own there. */
export function setUser(request: Request, user: User): void {
  const passage = passageOf(request);
  passage.user = user;
  const host: WithUser = request;
  if (host.user !== undefined && host.user !== passage.shown) return;
  passage.shown = user;
  host.user = user;
}

/** After another caller is proven, `req.user` must not be the previous caller's. */
function withdraw(request: WithUser, passage: Passage): void {
  const host = request;
  if (host.user === passage.shown) host.user = undefined;
  passage.shown = undefined;
}

/** The host may keep any value in `req.user`. */
interface WithUser {
  user?: unknown;
}

/** Whether `req.auth` is absent or was set by this package, and not by other code. */
export function isUntouched(request: Request, passage: Passage): boolean {
  return request.auth === passage.auth;
}

/** Whether the caller is proven, and `req.auth` still holds that proof. */
export function isProven(request: Request): boolean {
  const { auth } = passageOf(request);
  return auth !== undefined && request.auth === auth;
}

/**
 * The proof of an authenticated request.
 *
 * @example
 * const { subject, payload } = authOf<{ readonly tenant: string }>(request);
 *
 * @typeParam Claims - The claims that the issuer adds to the registered ones. Their presence is not checked here:
 * require them in the issuer's options.
 * @throws {MissingCredentialsError} 401 for a guest of `port.optional`.
 * @throws {InternalError} 500 when `authenticate` is not mounted before, or something else set `req.auth`.
 */
export function authOf<Claims extends object = JwtPayload>(request: Request): Auth<Claims> {
  const { auth, guest } = passageOf(request);
  if (!auth || request.auth !== auth) {
    if (guest && !request.auth) throw new MissingCredentialsError();
    throw new InternalError({ cause: noProof('req.auth was not set by authenticate on this request') });
  }
  return auth as Auth<Claims>;
}

/**
 * The user of an authenticated request, whatever the host keeps in `req.user`.
 *
 * @example
 * const { id, email } = userOf(request);
 *
 * @throws {MissingCredentialsError} 401 for a guest of `port.optional`.
 * @throws {InternalError} 500 when `provisionUser` is not mounted before.
 */
export function userOf(request: Request): User {
  const { user } = passageOf(request);
  if (!user) {
    authOf(request);
    throw new InternalError({ cause: noProof('provisionUser is not mounted on this request') });
  }
  return user;
}
