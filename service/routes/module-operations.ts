import { changeHeaders, readHeaders } from '../modules/etag';
import { moduleAnswer, moduleParams, ownerParams, pageAnswer, saveBody } from '../modules/module-schemas';
import { pageQuery } from '../modules/page-query';
import { chainAnswer, json, type Operation } from '../openapi/operation';
import { OF_A_JSON_BODY, OF_THE_CHAIN } from '../openapi/problems';

const MODULE = json(moduleAnswer);
const OWN = [...OF_THE_CHAIN, 'not_owner', 'insufficient_scope'] as const;
const SAVED_IS = { userId: '$response.body#/userId', moduleId: '$response.body#/moduleId' };
const LINKS = { getModule: SAVED_IS, deleteModule: SAVED_IS };

/** Descriptions of the routes for modules in the OpenAPI document. */
export const described = {
  save: {
    id: 'saveModule',
    tag: 'modules',
    summary: 'Save a module',
    description:
      'Creates the module, or replaces the one with that ID. An API key needs the scope `modules:write`.',
    credentials: { token: [], apiKey: ['modules:write'] },
    headers: changeHeaders,
    body: json(saveBody),
    answers: {
      200: chainAnswer('The module was replaced.', { body: MODULE, headers: ['ETag'], links: LINKS }),
      201: chainAnswer('The module was created.', { body: MODULE, headers: ['ETag'], links: LINKS }),
    },
    problems: [...OF_THE_CHAIN, ...OF_A_JSON_BODY, 'insufficient_scope', 'limit_reached', 'version_mismatch'],
  },
  list: {
    id: 'listModules',
    tag: 'modules',
    summary: 'List the modules of the caller',
    description:
      'Returns one page. Pass its `nextCursor` as `cursor` to get the next one. An API key needs the scope `modules:read`.',
    credentials: { token: [], apiKey: ['modules:read'] },
    params: ownerParams,
    query: pageQuery,
    answers: { 200: chainAnswer('A page of modules.', { body: json(pageAnswer) }) },
    problems: OWN,
  },
  get: {
    id: 'getModule',
    tag: 'modules',
    summary: 'Get a module',
    description: 'An API key needs the scope `modules:read`.',
    credentials: { token: [], apiKey: ['modules:read'] },
    params: moduleParams,
    headers: readHeaders,
    answers: {
      200: chainAnswer('The module.', { body: MODULE, headers: ['ETag'] }),
      304: chainAnswer('It is still what If-None-Match names.', { headers: ['ETag'] }),
    },
    problems: [...OWN, 'not_found'],
  },
  delete: {
    id: 'deleteModule',
    tag: 'modules',
    summary: 'Delete a module',
    description: 'An API key needs the scope `modules:write`.',
    credentials: { token: [], apiKey: ['modules:write'] },
    params: moduleParams,
    answers: { 204: chainAnswer('It is gone.') },
    problems: [...OWN, 'not_found'],
  },
} as const satisfies Record<string, Operation>;
