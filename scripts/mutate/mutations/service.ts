import type { Mutation } from '../mutation';

const modules = [
  'test/service/routes/',
  'test/service/modules/etag.test.ts',
  'test/service/modules/json-text.test.ts',
];
const routes = 'service/routes/modules.ts';
const revocations = ['test/service/revocations.test.ts'];

/** Routes and what they take. */
export const service: readonly Mutation[] = [
  {
    breaks: 'If-Match is ignored',
    file: routes,
    search: ', ...(ifMatch && { ifMatch })',
    replace: '',
    tests: modules,
  },
  {
    breaks: "Another user's modules are listed",
    file: routes,
    search: 'get: [port, owner, mayRead, listModules(modules)]',
    replace: 'get: [port, mayRead, listModules(modules)]',
    tests: modules,
  },
  {
    breaks: 'The path says whose modules are listed',
    file: routes,
    search: 'modules.list(user.id, ',
    replace: "modules.list(String(request.params['userId']), ",
    tests: modules,
  },
  {
    breaks: "Another user's module is deleted",
    file: routes,
    search: 'delete: [port, owner, mayWrite, deleteModule',
    replace: 'delete: [port, mayWrite, deleteModule',
    tests: modules,
  },
  {
    breaks: 'Data may be nested without end',
    file: 'service/modules/json-text.ts',
    search: 'if (place.level > MAX_DATA_LEVELS)',
    replace: 'if (place.level > 1e9)',
    tests: modules,
  },
  {
    breaks: 'Data may be as large as a body',
    file: 'service/modules/json-text.ts',
    search: 'if (Buffer.byteLength(text) > MAX_DATA_BYTES)',
    replace: 'if (Buffer.byteLength(text) > 1e9)',
    tests: modules,
  },
  {
    breaks: '-0 is stored as 0',
    file: 'service/modules/json-text.ts',
    search: 'kept &&= !Object.is(value, -0);',
    replace: 'kept &&= true;',
    tests: modules,
  },
  {
    breaks: 'A module may be called ..',
    file: 'service/modules/module-id.ts',
    search: " && text !== '..'",
    replace: '',
    tests: ['test/service/modules/module-id.test.ts'],
  },
  {
    breaks: 'A cursor that nobody gave out is taken',
    file: 'service/modules/cursor.ts',
    search: ' || encodeCursor(moduleId) !== cursor',
    replace: '',
    tests: ['test/service/modules/cursor.test.ts'],
  },
  {
    breaks: 'A body of a save may have members that nobody knows',
    file: 'service/modules/save-body.ts',
    search: ' || Object.keys(body).length !== 2',
    replace: '',
    tests: modules,
  },
  {
    breaks: 'A page may be of any size',
    file: 'service/modules/page-query.ts',
    search: 'const MAX_PAGE_BYTES = 4 * 1024 * 1024;',
    replace: 'const MAX_PAGE_BYTES = 4e9;',
    tests: modules,
  },
  {
    breaks: 'Everybody revokes',
    file: 'service/routes/admin.ts',
    search: "      port.requireScope('revocations:write'),\n",
    replace: '',
    tests: revocations,
  },
  {
    breaks: 'Who administers one issuer revokes within another',
    file: 'service/routes/admin.ts',
    search: 'if (own !== issuers[0])',
    replace: 'if (issuers.length === 0)',
    tests: revocations,
  },
  {
    breaks: 'Signing out leaves the session',
    file: 'service/routes/sessions.ts',
    search: "typeof sid === 'string' && sid !== '' ?",
    replace: "typeof sid === 'number' ?",
    tests: revocations,
  },
  {
    breaks: 'Signing out leaves a token without a session',
    file: 'service/routes/sessions.ts',
    search: '...(fingerprint === undefined',
    replace: '...(fingerprint !== undefined',
    tests: revocations,
  },
  {
    breaks: 'Revoking a subject leaves their keys',
    file: 'service/users/revoker.ts',
    search: "        if (by === 'subject') await deleteKeys(issuer, value);\n",
    replace: '',
    tests: revocations,
  },
  {
    breaks: 'A misspelt AUTH_ variable is no error',
    file: 'service/config.ts',
    search: "name.startsWith('AUTH_') && ",
    replace: "name.startsWith('AUTH__') && ",
    tests: ['test/service/config.test.ts'],
  },
  {
    breaks: 'TRUST_PROXY=true is taken',
    file: 'service/config/variables.ts',
    search: 'return Number(value);\n  return addressList(value)?',
    replace: "return Number(value);\n  if (value === 'true') return 1;\n  return addressList(value)?",
    tests: ['test/service/config.test.ts'],
  },
  {
    breaks: 'An issuer may be in plain http anywhere',
    file: 'service/config/plain-http.ts',
    search: 'allowed.includes(hostAndPort(url))',
    replace: 'allowed.length >= 0',
    tests: ['test/service/config.test.ts'],
  },
  {
    breaks: 'Keys on this machine are fetched in plain http through a proxy elsewhere',
    file: 'service/key-fetch.ts',
    search: 'proxy === undefined || isLoopback(target)',
    replace: 'proxy === undefined',
    tests: ['test/service/key-proxies.test.ts'],
  },
];
