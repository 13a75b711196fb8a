import type { Request } from 'express';
import './request';
import type { Auth, JwtPayload, User } from '../auth';
import { InternalError, MissingCredentialsError } from '../errors';
import type { OnEvent } from '../events';
import { provenanceOf } from '../provenance';
import { noProof } from './copies';
import { passageOf, type Passage } from './passage';

/**
 * `req.auth` and `req.user` are for reading. Guards compare `req.auth` with what the passage holds, so that a value from
 * elsewhere is a bug (500) and never a pass. `req.user` may be the host's: nothing here ever reads it.
 */

/** Sets `req.auth`. `by` is the middleware instance that answers for it. */
export function setAuth(request: Request, passage: Passage, auth: Auth, by: object): void {
  // A host's own verifier may have left it open to whoever comes later.
  if (!provenanceOf(auth)) Object.freeze(auth);
  passage.auth = auth;
  passage.provenBy = by;
  passage.user = undefined;
  if (passage.shown !== undefined) withdraw(request, passage);
  request.auth = auth as NonNullable<Request['auth']>;
}

/** Puts the same proof, with more members, into the place of the one that is there. */
export function enrichAuth(request: Request, auth: Auth): void {
  passageOf(request).auth = auth;
  request.auth = auth as NonNullable<Request['auth']>;
}

/** Without credentials, where guests are served too. What another chain proved before does not count here. */
export function setGuest(request: Request, tell: OnEvent | undefined): void {
  const passage = passageOf(request);
  if (!isUntouched(request, passage)) {
    throw new InternalError({ cause: noProof('req.auth was set before port.optional') });
  }
  passage.guest = true;
  passage.tell = tell;
  if (passage.auth) forget(request, passage);
}

/** The next `authenticate` judges the credential again: what was proven of a long connection may have been revoked since. */
export function judgeAgain(request: Request): void {
  passageOf(request).provenBy = undefined;
}

/** Leaves alone what something else has set. */
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

/** Whoever proves to be another caller later must not be seen as the user before. */
function withdraw(request: WithUser, passage: Passage): void {
  const host = request;
  if (host.user === passage.shown) host.user = undefined;
  passage.shown = undefined;
}

/** What a host keeps in `req.user` is its own affair. */
interface WithUser {
  user?: unknown;
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
 *
 * @example
 * const { subject, payload } = authOf<{ readonly tenant: string }>(request);
 *
 * @typeParam Claims - What the issuer puts into the payload beside the registered claims. Nothing checks that it is there:
 * name in the options of the issuer what must be.
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
