import express, { type Request, type RequestHandler, type Router } from 'express';
import { InvalidRequestError, userOf, type Revocations, type Sallyport } from 'sallyport';
import { endpoint } from '../http/endpoint';
import { LimitReachedError, NotFoundError, VersionMismatchError } from '../http/errors';
import { sendJson } from '../http/json-answer';
import { jsonBody } from '../http/json-body';
import { formatETag, isKnown, parseIfMatch } from '../modules/etag';
import { isModuleId } from '../modules/module-id';
import { moduleJson, pageJson } from '../modules/module-json';
import type { ModuleStore, SaveOutcome, StoredModule } from '../modules/module-store';
import { readPageQuery } from '../modules/page-query';
import { readSaveBody } from '../modules/save-body';

/** `data` may have 256 KiB as compact text; a client that escapes all but ASCII sends three times that. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface ModuleRoutes {
  readonly port: Sallyport;
  readonly revocations: Pick<Revocations, 'check'>;
  readonly modules: ModuleStore;
  readonly modulesPerUser: number;
}

/** /user_modules: what a user saves, and no one else sees. */
export function moduleRoutes({ port, revocations, modules, modulesPerUser }: ModuleRoutes): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const owner = port.requireOwner('userId');
  const mayRead = port.requireKeyScope('modules:read');
  const mayWrite = port.requireKeyScope('modules:write');

  endpoint(router, '/save', {
    post: [port, mayWrite, ...jsonBody(MAX_BODY_BYTES, revocations), saveModule(modules, modulesPerUser)],
  });
  endpoint(router, '/user/:userId', { get: [port, owner, mayRead, listModules(modules)] });
  endpoint(router, '/user/:userId/:moduleId', {
    get: [port, owner, mayRead, getModule(modules)],
    delete: [port, owner, mayWrite, deleteModule(modules)],
  });
  return router;
}

function saveModule(modules: ModuleStore, limit: number): RequestHandler {
  return async function save(request, response) {
    const user = userOf(request);
    const ifMatch = parseIfMatch(request.headers['if-match']);
    const { moduleId, data } = readSaveBody(request.body);
    const saved = await modules.save(user.id, moduleId, data, { limit, ...(ifMatch && { ifMatch }) });
    const module = acceptSave(saved, limit);
    response.set('ETag', formatETag(module.revision));
    sendJson(response, saved.outcome === 'created' ? 201 : 200, moduleJson(user.subject, module));
  };
}

function acceptSave(saved: SaveOutcome, limit: number): StoredModule {
  switch (saved.outcome) {
    case 'mismatch':
      throw new VersionMismatchError();
    case 'limit':
      throw new LimitReachedError(`A user may have at most ${String(limit)} modules.`);
    default:
      return saved.module;
  }
}

function listModules(modules: ModuleStore): RequestHandler {
  return async function list(request, response) {
    const user = userOf(request);
    const page = await modules.list(user.id, readPageQuery(request.query));
    sendJson(response, 200, pageJson(user.subject, page));
  };
}

function getModule(modules: ModuleStore): RequestHandler {
  return async function get(request, response) {
    const user = userOf(request);
    const module = await modules.get(user.id, moduleIdOf(request));
    if (!module) throw noModule();
    response.set('ETag', formatETag(module.revision));
    if (isKnown(request.headers['if-none-match'], module.revision)) response.status(304).end();
    else sendJson(response, 200, moduleJson(user.subject, module));
  };
}

function deleteModule(modules: ModuleStore): RequestHandler {
  return async function remove(request, response) {
    const existed = await modules.delete(userOf(request).id, moduleIdOf(request));
    if (!existed) throw noModule();
    response.status(204).end();
  };
}

function noModule(): NotFoundError {
  return new NotFoundError('There is no such module.');
}

function moduleIdOf(request: Request): string {
  const { moduleId } = request.params;
  if (typeof moduleId === 'string' && isModuleId(moduleId)) return moduleId;
  throw new InvalidRequestError('A moduleId is 1 to 128 of A-Z a-z 0-9 . _ ~ - and not . or ..');
}
