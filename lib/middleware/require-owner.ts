import type { Request, RequestHandler } from 'express';
import type { Auth, User } from '../auth';
import { InternalError, NotOwnerError } from '../errors';
import { refuseUnknown } from '../options';
import { authOf, userOf } from '../passage/proof';
import { guard } from './guard';

/** Returns the value that the path parameter must have for the caller to own that path. */
export type Owner = (auth: Auth, user: User) => string;

export interface RequireOwnerOptions {
  /**
   * Returns the value that the path parameter is compared with. Default: the subject. Set it if there are several
   * issuers: the same subject of another issuer is another user, and would be accepted.
   */
  readonly owner?: Owner;
}

/**
 * Accepts only the user whom the path parameter `name` names. Others get 403 `not_owner`.
 *
 * @example
 * app.get('/notes/:userId', port, requireOwner('userId'), listNotes);
 *
 * @throws {NotOwnerError} 403, passed to the error handler.
 */
export function requireOwner(name: string, options: RequireOwnerOptions = {}): RequestHandler {
  refuseUnknown('requireOwner', options, ['owner']);
  const { owner } = options;
  return ownerGuard(name, owner ? (auth, request) => owner(auth, userOf(request)) : ({ subject }) => subject);
}

/** `nameOf` returns the required value of the path parameter. */
export function ownerGuard(name: string, nameOf: (auth: Auth, request: Request) => string): RequestHandler {
  if (typeof name !== 'string' || name === '')
    throw new TypeError('requireOwner: name a path parameter, such as "userId"');
  if (name.startsWith(':')) throw new TypeError(`requireOwner: name the parameter alone: "${name.slice(1)}"`);
  return guard((request) => {
    const auth = authOf(request);
    const named = request.params[name];
    if (typeof named !== 'string') throw new InternalError({ cause: noParameter(name, request) });
    if (named !== nameOf(auth, request)) throw new NotOwnerError();
  });
}

function noParameter(name: string, { params }: Request): Error {
  const others = Object.keys(params).map((other) => `"${other}"`);
  const there = others.length === 0 ? 'it has none' : `it has ${others.join(', ')}`;
  return new Error(
    `requireOwner: the route has no path parameter "${name}"; ${there}. ` +
      'A router sees the parameters of the path it is mounted on only with { mergeParams: true }.',
  );
}
