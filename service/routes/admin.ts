import type { RequestHandler } from 'express';
import {
  authOf,
  NotOwnerError,
  type Auth,
  type RevocationTarget,
  type Revocations,
  type Sallyport,
} from 'sallyport';
import { z } from 'zod';
import type { Route } from '../http/endpoint';
import { InvalidBodyError, NotFoundError } from '../http/errors';
import { jsonBody } from '../http/json-body';
import { parseBody, plainText } from '../http/parse-body';
import { chainAnswer, json } from '../openapi/operation';
import { OF_A_JSON_BODY, OF_THE_CHAIN } from '../openapi/problems';
import type { Logger } from '../ops/logger';
import type { Revoker } from '../users/revoker';

export interface AdminRoutes {
  readonly port: Sallyport;
  readonly revocations: Pick<Revocations, 'check'>;
  readonly revoker: Revoker;
  /**
   * Callers of this issuer may revoke for all issuers. If it is a family, no caller matches: each tenant revokes for
   * itself only.
   */
  readonly primary: string;
  readonly logger: Logger;
}

const MAX_BODY_BYTES = 16 * 1024;

const NAMES = ['subject', 'sid', 'jti', 'keyId'] as const;

const revocation = z
  .strictObject(
    {
      subject: plainText(255)
        .optional()
        .meta({ description: 'All tokens and keys of this user that were issued until now.' }),
      sid: plainText(1024).optional().meta({ description: 'A session.' }),
      jti: plainText(1024).optional().meta({ description: 'A token.' }),
      keyId: plainText(255).optional().meta({ description: 'An API key: its id, or the whole key.' }),
      issuer: plainText(1024).optional().meta({ description: "Default: the caller's." }),
      reason: plainText(1024).optional().meta({ description: 'For the log.' }),
    },
    { error: ({ code }) => (code === 'invalid_type' ? 'must be a JSON object' : undefined) },
  )
  .refine((given) => NAMES.some((name) => given[name] !== undefined), {
    error: `must have one of ${NAMES.join(', ')}`,
    when: ({ issues }) => issues.length === 0,
  })
  .meta({
    id: 'NewRevocation',
    anyOf: NAMES.map((name) => ({ required: [name] })),
    example: { sid: 'sess_9f2', reason: 'laptop stolen' },
  });

/** /admin/revocations: revokes credentials of others. */
export function adminRoutes({ port, revocations, ...parts }: AdminRoutes): readonly Route[] {
  return [
    {
      path: '/api/admin/revocations',
      methods: {
        post: {
          id: 'revoke',
          tag: 'revocation',
          summary: 'Revoke credentials',
          description:
            'Each field that names something revokes by itself. The caller, token or API key, needs the scope `revocations:write`; for another `issuer` it must come from the primary one.',
          credentials: { token: ['revocations:write'], apiKey: ['revocations:write'] },
          body: json(revocation),
          answers: { 204: chainAnswer('They are refused from now on.') },
          problems: [...OF_THE_CHAIN, ...OF_A_JSON_BODY, 'insufficient_scope', 'not_owner', 'not_found'],
          handlers: [
            port,
            port.requireScope('revocations:write'),
            ...jsonBody(MAX_BODY_BYTES, revocations),
            addRevocations({ ...parts, port }),
          ],
        },
      },
    },
  ];
}

function addRevocations({
  port,
  primary,
  revoker,
  logger,
}: Omit<AdminRoutes, 'revocations'>): RequestHandler {
  return async function revoke(request, response) {
    const { reason, issuer: named, keyId: key, ...others } = parseBody(revocation, request.body);
    const auth = authOf(request);
    const issuer = issuerFor(auth, named === undefined ? auth.issuer : port.issuerNamed(named), primary);
    // Resolved before anything is revoked, so that a refused request changes nothing.
    const names = { ...others, ...(key !== undefined && { keyId: await keyIdOf(revoker, issuer, key) }) };
    await revoker.revoke(targetsOf(issuer, names));
    const by = { issuer: auth.issuer, subject: auth.subject };
    logger.info({ by, issuer, ...names, reason }, 'revoked by an administrator');
    response.status(204).end();
  };
}

/** Only the id is used further: a whole key is neither stored nor logged. */
async function keyIdOf(revoker: Revoker, issuer: string, named: string): Promise<string> {
  const id = await revoker.keyId(issuer, named);
  if (id === undefined) throw new NotFoundError('There is no such key.');
  return id;
}

/** Callers of the primary issuer may revoke for every issuer, others only for their own issuer or tenant. */
function issuerFor({ issuer: own }: Auth, named: string | undefined, primary: string): string {
  if (named === own) return own;
  if (own !== primary) throw new NotOwnerError('You may revoke within your own issuer only.');
  if (named !== undefined) return named;
  throw new InvalidBodyError([{ path: '/issuer', message: 'is none of the issuers known here' }]);
}

type Names = Omit<z.infer<typeof revocation>, 'issuer' | 'reason'>;

function targetsOf(issuer: string, { subject, sid, jti, keyId }: Names): RevocationTarget[] {
  const given = [
    { by: 'subject', issuer, value: subject },
    { by: 'sid', issuer, value: sid },
    { by: 'jti', issuer, value: jti },
    { by: 'key', issuer, value: keyId },
  ] as const;
  return given.flatMap(({ value, ...target }) => (value === undefined ? [] : [{ ...target, value }]));
}
