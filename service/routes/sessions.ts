import express, { type RequestHandler, type Router } from 'express';
import {
  authOf,
  provenanceOf,
  type Auth,
  type Revocations,
  type RevocationTarget,
  type Sallyport,
} from 'sallyport';
import { endpoint } from '../http/endpoint';

export interface SessionRoutes {
  readonly port: Sallyport;
  readonly revocations: Pick<Revocations, 'revoke'>;
}

/** /sessions/revoke: signs the caller out everywhere. */
export function sessionRoutes({ port, revocations }: SessionRoutes): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  endpoint(router, '/sessions/revoke', { post: [port, port.requireToken(), revokeSession(revocations)] });
  return router;
}

function revokeSession(revocations: SessionRoutes['revocations']): RequestHandler {
  return async function revoke(request, response) {
    await revocations.revoke(ownTargets(authOf(request)));
    response.status(204).end();
  };
}

/** The token by itself, since its session may have no name, and the session with all its other tokens. */
function ownTargets(auth: Auth): RevocationTarget[] {
  const { issuer, expiresAt, payload } = auth;
  const fingerprint = provenanceOf(auth)?.fingerprint;
  const { sid } = payload;
  return [
    ...(fingerprint === undefined
      ? []
      : [
          { by: 'token' as const, issuer, value: fingerprint, ...(expiresAt !== undefined && { expiresAt }) },
        ]),
    ...(typeof sid === 'string' && sid !== '' ? [{ by: 'sid' as const, issuer, value: sid }] : []),
  ];
}
