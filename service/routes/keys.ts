import express, { type RequestHandler, type Router } from 'express';
import {
  authOf,
  InvalidRequestError,
  userOf,
  type ApiKeyRecord,
  type ApiKeys,
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
  },
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
  return router;
}

function issueKey(keys: ApiKeys): RequestHandler {
  return async function issue(request, response) {
    const { name, scopes, expiresAt } = parseBody(schema, request.body);
    const wish = {
      name,
      grantedAt: (authOf(request).payload.iat ?? 0) * 1000,
      ...(scopes && { scopes }),
      ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? null : Date.parse(expiresAt) }),
    };
    const issued = await keys.issue(userOf(request), wish, authOf(request).scopes).catch(refuseExpiry);
    if (issued.outcome === 'limit') throw new LimitReachedError('You have as many keys as a user may have.');
    response.status(201).json({ ...keyJson(issued.record), key: issued.key });
  };
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

function keyJson({ id, name, scopes, createdAt, expiresAt }: ApiKeyRecord) {
  return { id, name, scopes, createdAt: iso(createdAt), expiresAt: iso(expiresAt) };
}

function iso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
