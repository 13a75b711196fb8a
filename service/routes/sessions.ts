import type { RequestHandler } from 'express';
import {
  authOf,
  provenanceOf,
  type Auth,
  type Revocations,
  type RevocationTarget,
  type Sallyport,
} from 'sallyport';
import type { Route } from '../http/endpoint';
import { chainAnswer } from '../openapi/operation';
import { OF_THE_CHAIN } from '../openapi/problems';

export interface SessionRoutes {
  readonly port: Sallyport;
  readonly revocations: Pick<Revocations, 'revoke'>;
}

/** /sessions/revoke: signs the caller out on all instances. */
export function sessionRoutes({ port, revocations }: SessionRoutes): readonly Route[] {
  return [
    {
      path: '/api/sessions/revoke',
      methods: {
        post: {
          id: 'revokeSession',
          tag: 'revocation',
          summary: 'Sign the caller out',
          description:
            'Revokes this token and its session (`sid`). If the token has no `sid`, only the token is revoked.',
          credentials: { token: [] },
          answers: { 204: chainAnswer('They are refused from now on.') },
          problems: [...OF_THE_CHAIN, 'token_required'],
          handlers: [port, port.requireToken(), revokeSession(revocations)],
        },
      },
    },
  ];
}

function revokeSession(revocations: SessionRoutes['revocations']): RequestHandler {
  return async function revoke(request, response) {
    await revocations.revoke(ownTargets(authOf(request)));
    response.status(204).end();
  };
}

/** The token, since it may have no `sid`, and the session with all its other tokens. */
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
