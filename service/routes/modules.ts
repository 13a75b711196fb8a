import type { Request, RequestHandler } from 'express';
import { userOf, type Revocations, type Sallyport } from 'sallyport';
import type { Method, Route } from '../http/endpoint';
import { LimitReachedError, NotFoundError, VersionMismatchError } from '../http/errors';
import { sendJson } from '../http/json-answer';
import { jsonBody } from '../http/json-body';
import { parseParameters } from '../http/parse-parameters';
import { formatETag, ifMatch, isKnown } from '../modules/etag';
import { moduleId } from '../modules/module-id';
import { moduleJson, pageJson } from '../modules/module-json';
import type { ModuleStore, SaveOutcome, StoredModule } from '../modules/module-store';
import { pageQuery } from '../modules/page-query';
import { readSaveBody } from '../modules/save-body';
import type { Answer } from '../openapi/operation';
import { described } from './module-operations';

/**
 * `data` may have 256 KiB as compact UTF-8 text; escaping all characters but ASCII makes it up to three times as long.
 */
const MAX_BODY_BYTES = 1024 * 1024;
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

export interface ModuleRoutes {
  readonly port: Sallyport;
  readonly revocations: Pick<Revocations, 'check'>;
  readonly modules: ModuleStore;
  readonly modulesPerUser: number;
}

/** /user_modules: the modules of a user, for that user only. The paths without /api have the same handlers. */
export function moduleRoutes(parts: ModuleRoutes): readonly Route[] {
  const methods = moduleMethods(parts);
  return [...routesBelow('/api/user_modules', methods), ...routesBelow('/user_modules', shortened(methods))];
}

type ModuleMethods = Readonly<Record<'save' | 'list' | 'get' | 'delete', Method>>;

function moduleMethods({ port, revocations, modules, modulesPerUser }: ModuleRoutes): ModuleMethods {
  const owner = port.requireOwner('userId');
  const mayRead = port.requireKeyScope('modules:read');
  const mayWrite = port.requireKeyScope('modules:write');
  const body = jsonBody(MAX_BODY_BYTES, revocations);
  return {
    save: { ...described.save, handlers: [port, mayWrite, ...body, saveModule(modules, modulesPerUser)] },
    list: { ...described.list, handlers: [port, owner, mayRead, listModules(modules)] },
    get: { ...described.get, handlers: [port, owner, mayRead, getModule(modules)] },
    delete: { ...described.delete, handlers: [port, owner, mayWrite, deleteModule(modules)] },
  };
}

function routesBelow(base: string, { save, list, get, delete: remove }: ModuleMethods): Route[] {
  return [
    { path: `${base}/save`, methods: { post: save } },
    { path: `${base}/user/:userId`, methods: { get: list } },
    { path: `${base}/user/:userId/:moduleId`, methods: { get, delete: remove } },
  ];
}

function shortened({ save, list, get, delete: remove }: ModuleMethods): ModuleMethods {
  return { save: short(save), list: short(list), get: short(get), delete: short(remove) };
}

/** The same method for a short path; its links refer to short paths as well. */
function short(method: Method): Method {
  const answers = Object.entries(method.answers).map(([status, answer]: [string, Answer]) => {
    const links = Object.entries(answer.links ?? {}).map(([id, parameters]) => [shortId(id), parameters]);
    return [status, { ...answer, links: Object.fromEntries(links) as Answer['links'] }];
  });
  return {
    ...method,
    id: shortId(method.id),
    tag: 'modules, short paths',
    answers: Object.fromEntries(answers) as Method['answers'],
  };
}

const shortId = (id: string): string => `${id}ByShortPath`;

function saveModule(modules: ModuleStore, limit: number): RequestHandler {
  return async function save(request, response) {
    const user = userOf(request);
    const header = request.headers['if-match'];
    const condition = header === undefined ? {} : { ifMatch: parseParameters(ifMatch, header) };
    const { moduleId: id, data } = readSaveBody(request.body);
    const saved = await modules.save(user.id, id, data, { limit, ...condition });
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
    const { limit, cursor: after } = parseParameters(pageQuery, request.query);
    const begin = after === undefined ? {} : { after };
    const page = await modules.list(user.id, { limit, maxBytes: MAX_PAGE_BYTES, ...begin });
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
  return parseParameters(moduleId, request.params['moduleId']);
}
