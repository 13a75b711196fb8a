import express, { type Request, type RequestHandler, type Router } from 'express';
import {
  authOf,
  isAddressRange,
  InvalidRequestError,
  userOf,
  type ApiKeyRecord,
  type ApiKeys,
  type Held,
  type Revocations,
  type Sallyport,
} from 'sallyport';
import { z } from 'zod';
import { endpoint } from '../http/endpoint';
import { InvalidBodyError, LimitReachedError, NotFoundError } from '../http/errors';
import { jsonBody } from '../http/json-body';
import { parseBody, plainText } from '../http/parse-body';

export interface KeyRoutes {
  readonly port: Sallyport;
  readonly revocations: Pick<Revocations, 'check'>;
  readonly keys: ApiKeys;
}

const MAX_BODY_BYTES = 16 * 1024;

const EXPIRY = 'must be a time to come, in ISO 8601 with its offset, or null';
const ADDRESSES = 'must be a list of 1 to 50 addresses and CIDR ranges';
const SCOPES = 'must be a list of 1 to 50 scopes';

const schema = z.strictObject(
  {
    name: plainText(100),
    scopes: z
      .array(
        z.string({ error: 'must be a scope' }).regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'must be a scope'),
        {
          error: SCOPES,
        },
      )
      .min(1, SCOPES)
      .max(50, SCOPES)
      .optional(),
    expiresAt: z.iso
      .datetime({ offset: true, error: EXPIRY })
      .refine((time) => Date.parse(time) > Date.now(), { error: EXPIRY })
      .nullish(),
    addresses: z
      .array(z.string({ error: ADDRESSES }), { error: ADDRESSES })
      .min(1, ADDRESSES)
      .max(50, ADDRESSES)
      .optional(),
    organization: z
      .string({ error: 'must be the id of an organization' })
      .regex(/^[\x21-\x7e]{1,255}$/, 'must be the id of an organization')
      .optional(),
  },
  { error: ({ code }) => (code === 'invalid_type' ? 'must be a JSON object' : undefined) },
);

const OVERLAP = 'must be a whole number of seconds from 60 to 7776000 (90 days)';

/** From a minute on: so long another instance may repeat what it knows of the old key. */
const rotation = z.strictObject(
  { overlapSeconds: z.int({ error: OVERLAP }).min(60, OVERLAP).max(7_776_000, OVERLAP).optional() },
  { error: ({ code }) => (code === 'invalid_type' ? 'must be a JSON object' : undefined) },
);

/** /keys: a user's keys for machines. Made, listed and deleted with the user's own token: keys can't make keys. */
export function keyRoutes({ port, revocations, keys }: KeyRoutes): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const token = port.requireToken();
  endpoint(router, '/keys', {
    get: [port, token, listKeys(keys)],
    post: [port, token, ...jsonBody(MAX_BODY_BYTES, revocations), issueKey(keys)],
  });
  endpoint(router, '/keys/:id', { delete: [port, token, deleteKey(keys)] });
  endpoint(router, '/keys/:id/rotate', {
    post: [port, token, ...jsonBody(MAX_BODY_BYTES, revocations), rotateKey(keys)],
  });
  return router;
}

function issueKey(keys: ApiKeys): RequestHandler {
  return async function issue(request, response) {
    const { name, scopes, expiresAt, addresses, organization } = parseBody(schema, request.body);
    if (addresses && !addresses.every(isAddressRange))
      throw new InvalidBodyError([{ path: '/addresses', message: ADDRESSES }]);
    const wish = {
      name,
      grantedAt: (authOf(request).payload.iat ?? 0) * 1000,
      ...(scopes && { scopes }),
      ...(addresses && { addresses }),
      ...(organization !== undefined && { organization }),
      ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? null : Date.parse(expiresAt) }),
    };
    const issued = await keys.issue(userOf(request), wish, heldBy(request)).catch(refuseExpiry);
    if (issued.outcome === 'limit') throw new LimitReachedError('You have as many keys as a user may have.');
    response.status(201).json({ ...keyJson(issued.record), key: issued.key });
  };
}

function rotateKey(keys: ApiKeys): RequestHandler {
  return async function rotate(request, response) {
    const { id } = request.params;
    const { overlapSeconds } = parseBody(rotation, request.body);
    const wish = overlapSeconds === undefined ? {} : { until: Date.now() + overlapSeconds * 1000 };
    const rotated = await keys.rotate(userOf(request), String(id), wish, heldBy(request));
    if (rotated.outcome === 'missing')
      throw new NotFoundError('There is no such key, or it was rotated before.');
    if (rotated.outcome === 'limit') throw new LimitReachedError('You have as many keys as a user may have.');
    const replaces = { id, expiresAt: iso(rotated.previousExpiresAt) };
    response.status(201).json({ ...keyJson(rotated.record), key: rotated.key, replaces });
  };
}

/** What of the token may be handed on to a key: its scopes, and its organization, which Clerk's later tokens name in `o`. */
function heldBy(request: Request): Held {
  const { scopes, payload } = authOf(request);
  const { org_id: id, o } = payload;
  const named = [id, (o as { readonly id?: unknown } | null | undefined)?.id];
  return { scopes, organizations: named.filter((id) => typeof id === 'string') };
}

/** Whether a key must expire depends on its scopes, so the schema alone can't say. */
function refuseExpiry(error: unknown): never {
  if (!(error instanceof InvalidRequestError)) throw error;
  throw new InvalidBodyError([{ path: '/expiresAt', message: error.detail }]);
}

function listKeys(keys: ApiKeys): RequestHandler {
  return async function list(request, response) {
    const records = await keys.list(userOf(request));
    const items = records.map((record) => ({ ...keyJson(record), lastUsedAt: iso(record.lastUsedAt) }));
    response.json({ items });
  };
}

function deleteKey(keys: ApiKeys): RequestHandler {
  return async function remove(request, response) {
    const { id } = request.params;
    if (typeof id !== 'string' || !(await keys.remove(userOf(request), id))) {
      throw new NotFoundError('There is no such key.');
    }
    response.status(204).end();
  };
}

function keyJson({ id, name, scopes, createdAt, expiresAt, ...more }: ApiKeyRecord) {
  const { addresses, organization, replacedBy } = more;
  return {
    ...{ id, name, scopes, createdAt: iso(createdAt), expiresAt: iso(expiresAt) },
    ...(addresses && { addresses }),
    ...(organization !== undefined && { organization }),
    ...(replacedBy !== undefined && { replacedBy }),
  };
}

function iso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
