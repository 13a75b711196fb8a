import express, { type RequestHandler, type Router } from 'express';
import { userOf, type Identity, type Sallyport, type UserStore } from 'sallyport';
import { endpoint } from '../http/endpoint';

export interface UserRoutes {
  readonly port: Sallyport;
  readonly erase: (identity: Identity) => Promise<void>;
}

/** /users/me: what is known of the caller, and the way to be forgotten. */
export function userRoutes({ port, erase }: UserRoutes): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  endpoint(router, '/me', {
    get: [port, port.requireKeyScope('modules:read'), showUser(port.users)],
    delete: [port, port.requireToken(), eraseCaller(erase)],
  });
  return router;
}

/** As the store knows them now: a webhook may have changed them by another instance. */
function showUser(users: Pick<UserStore, 'find'>): RequestHandler {
  return async function show(request, response) {
    const caller = userOf(request);
    const { subject, issuer, email = null, name = null, createdAt } = (await users.find(caller)) ?? caller;
    response.json({ userId: subject, issuer, email, name, createdAt });
  };
}

function eraseCaller(erase: UserRoutes['erase']): RequestHandler {
  return async function eraseUser(request, response) {
    const { issuer, subject } = userOf(request);
    await erase({ issuer, subject });
    response.status(204).end();
  };
}
