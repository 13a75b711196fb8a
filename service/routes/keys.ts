import type { Request, RequestHandler } from 'express';
import {
  authOf,
  InvalidRequestError,
  userOf,
  type ApiKeyRecord,
  type ApiKeys,
  type Held,
  type Revocations,
  type Sallyport,
} from 'sallyport';
import type { z } from 'zod';
import type { Route } from '../http/endpoint';
import { InvalidBodyError, LimitReachedError, NotFoundError } from '../http/errors';
import { jsonBody } from '../http/json-body';
import { parseBody } from '../http/parse-body';
import { described } from './key-operations';
import { keyWish, rotation, type issuedAnswer, type keysAnswer, type rotatedAnswer } from './key-schemas';

export interface KeyRoutes {
  readonly port: Sallyport;
  readonly revocations: Pick<Revocations, 'check'>;
  readonly keys: ApiKeys;
}

const MAX_BODY_BYTES = 16 * 1024;

/**
 * /keys: API keys of the user. These routes require a token of the user: an API key cannot create, list or delete keys.
 */
export function keyRoutes({ port, revocations, keys }: KeyRoutes): readonly Route[] {
  const token = port.requireToken();
  const body = jsonBody(MAX_BODY_BYTES, revocations);
  return [
    {
      path: '/api/keys',
      methods: {
        get: { ...described.list, handlers: [port, token, listKeys(keys)] },
        post: { ...described.issue, handlers: [port, token, ...body, issueKey(keys)] },
      },
    },
    {
      path: '/api/keys/:id',
      methods: { delete: { ...described.delete, handlers: [port, token, deleteKey(keys)] } },
    },
    {
      path: '/api/keys/:id/rotate',
      methods: { post: { ...described.rotate, handlers: [port, token, ...body, rotateKey(keys)] } },
    },
  ];
}

function issueKey(keys: ApiKeys): RequestHandler {
  return async function issue(request, response) {
    const { name, scopes, expiresAt, addresses, organization } = parseBody(keyWish, request.body);
    const wish = {
      name,
      grantedAt: grantedAtOf(request),
      ...(scopes && { scopes }),
      ...(addresses && { addresses }),
      ...(organization !== undefined && { organization }),
      ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? null : Date.parse(expiresAt) }),
    };
    const issued = await keys.issue(userOf(request), wish, heldBy(request)).catch(refuseExpiry);
    if (issued.outcome === 'limit') throw new LimitReachedError('You have as many keys as a user may have.');
    const shown: z.output<typeof issuedAnswer> = { ...keyJson(issued.record), key: issued.key };
    response.status(201).json(shown);
  };
}

function rotateKey(keys: ApiKeys): RequestHandler {
  return async function rotate(request, response) {
    const { id } = request.params;
    const { overlapSeconds } = parseBody(rotation, request.body);
    const wish = {
      grantedAt: grantedAtOf(request),
      ...(overlapSeconds !== undefined && { until: Date.now() + overlapSeconds * 1000 }),
    };
    const rotated = await keys.rotate(userOf(request), String(id), wish, heldBy(request));
    if (rotated.outcome === 'missing')
      throw new NotFoundError('There is no such key, or it was rotated before.');
    if (rotated.outcome === 'limit') throw new LimitReachedError('You have as many keys as a user may have.');
    const replaces = { id: String(id), expiresAt: iso(rotated.previousExpiresAt) };
    const shown: z.output<typeof rotatedAnswer> = { ...keyJson(rotated.record), key: rotated.key, replaces };
    response.status(201).json(shown);
  };
}

/** Milliseconds since the epoch. 0 for a token without `iat`, which may have been issued at any time. */
function grantedAtOf(request: Request): number {
  return (authOf(request).payload.iat ?? 0) * 1000;
}

/** What a key may get from the token: its scopes, and its organization, which is in `o` in newer tokens of Clerk. */
function heldBy(request: Request): Held {
  const { scopes, payload } = authOf(request);
  const { org_id: id, o } = payload;
  const named = [id, (o as { readonly id?: unknown } | null | undefined)?.id];
  return { scopes, organizations: named.filter((id) => typeof id === 'string') };
}

/** Whether a key must expire depends on its scopes, so the schema alone can't check it. */
function refuseExpiry(error: unknown): never {
  if (!(error instanceof InvalidRequestError)) throw error;
  throw new InvalidBodyError([{ path: '/expiresAt', message: error.detail }]);
}

function listKeys(keys: ApiKeys): RequestHandler {
  return async function list(request, response) {
    const records = await keys.list(userOf(request));
    const items = records.map((record) => ({ ...keyJson(record), lastUsedAt: iso(record.lastUsedAt) }));
    const shown: z.output<typeof keysAnswer> = { items };
    response.json(shown);
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
    ...{ id, name, scopes: [...scopes] },
    ...{ createdAt: new Date(createdAt).toISOString(), expiresAt: iso(expiresAt) },
    ...(addresses && { addresses: [...addresses] }),
    ...(organization !== undefined && { organization }),
    ...(replacedBy !== undefined && { replacedBy }),
  };
}

function iso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
