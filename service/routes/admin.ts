import express, { type RequestHandler, type Router } from 'express';
import {
  authOf,
  NotOwnerError,
  type Auth,
  type RevocationTarget,
  type Revocations,
  type Sallyport,
} from 'sallyport';
import { z } from 'zod';
import { endpoint } from '../http/endpoint';
import { InvalidBodyError, NotFoundError } from '../http/errors';
import { jsonBody } from '../http/json-body';
import { parseBody, plainText } from '../http/parse-body';
import type { Logger } from '../ops/logger';
import type { Revoker } from '../users/revoker';

export interface AdminRoutes {
  readonly port: Sallyport;
  readonly revocations: Pick<Revocations, 'check'>;
  readonly revoker: Revoker;
  /** Its callers may revoke within the others. None where it is a family: there each tenant answers for itself. */
  readonly primary: string;
  readonly logger: Logger;
}

const MAX_BODY_BYTES = 16 * 1024;

const schema = z.strictObject(
  {
    subject: plainText(255).optional(),
    sid: plainText(1024).optional(),
    jti: plainText(1024).optional(),
    keyId: plainText(255).optional(),
    issuer: plainText(1024).optional(),
    reason: plainText(1024).optional(),
  },
  { error: ({ code }) => (code === 'invalid_type' ? 'must be a JSON object' : undefined) },
);

/** /admin/revocations: refuses what others hold. */
export function adminRoutes({ port, revocations, ...parts }: AdminRoutes): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  endpoint(router, '/admin/revocations', {
    post: [
      port,
      port.requireScope('revocations:write'),
      ...jsonBody(MAX_BODY_BYTES, revocations),
      addRevocations({ ...parts, port }),
    ],
  });
  return router;
}

function addRevocations({
  port,
  primary,
  revoker,
  logger,
}: Omit<AdminRoutes, 'revocations'>): RequestHandler {
  return async function revoke(request, response) {
    const { reason, issuer: named, keyId: key, ...others } = parseBody(schema, request.body);
    const auth = authOf(request);
    const issuer = issuerFor(auth, named === undefined ? auth.issuer : port.issuerNamed(named), primary);
    // Before anything is revoked: a request that is refused has done nothing.
    const names = { ...others, ...(key !== undefined && { keyId: await keyIdOf(revoker, issuer, key) }) };
    await revoker.revoke(targetsOf(issuer, names));
    const by = { issuer: auth.issuer, subject: auth.subject };
    logger.info({ by, issuer, ...names, reason }, 'revoked by an administrator');
    response.status(204).end();
  };
}

/** Only the id goes on from here: a whole key is neither kept nor logged. */
async function keyIdOf(revoker: Revoker, issuer: string, named: string): Promise<string> {
  const id = await revoker.keyId(issuer, named);
  if (id === undefined) throw new NotFoundError('There is no such key.');
  return id;
}

/** Whoever administers the primary issuer's users answers for the service; others only for their own issuer or tenant. */
function issuerFor({ issuer: own }: Auth, named: string | undefined, primary: string): string {
  if (named === own) return own;
  if (own !== primary) throw new NotOwnerError('You may revoke within your own issuer only.');
  if (named !== undefined) return named;
  throw new InvalidBodyError([{ path: '/issuer', message: 'is none of the issuers known here' }]);
}

type Names = Omit<z.infer<typeof schema>, 'issuer' | 'reason'>;

function targetsOf(issuer: string, { subject, sid, jti, keyId }: Names): RevocationTarget[] {
  const given = [
    { by: 'subject', issuer, value: subject },
    { by: 'sid', issuer, value: sid },
    { by: 'jti', issuer, value: jti },
    { by: 'key', issuer, value: keyId },
  ] as const;
  const targets = given.flatMap(({ value, ...target }) =>
    value === undefined ? [] : [{ ...target, value }],
  );
  if (targets.length > 0) return targets;
  throw new InvalidBodyError([{ path: '', message: 'must have one of subject, sid, jti, keyId' }]);
}
