import type { Mutation } from '../mutation';

const guards = ['test/lib/middleware/guards.test.ts'];
const authenticate = 'lib/middleware/authenticate.ts';
const chain = ['test/lib/sallyport.test.ts', 'test/lib/middleware/authenticate.test.ts', ...guards];

/** Credentials, guards and answers. */
export const middleware: readonly Mutation[] = [
  {
    breaks: 'A header that came twice counts as its last value',
    file: 'lib/credentials/raw-header.ts',
    search: 'if (found !== undefined) throw',
    replace: 'if (found === name) throw',
    tests: ['test/lib/credentials/'],
  },
  {
    breaks: 'What stands behind a bearer token is dropped',
    file: 'lib/credentials/bearer.ts',
    search: '+=*)$/i;',
    replace: '+=*)/i;',
    tests: ['test/lib/credentials/'],
  },
  {
    breaks: 'Of two credentials the last one counts',
    file: authenticate,
    search: "if (found) throw new InvalidRequestError('Send one credential, not two.');",
    replace: '',
    tests: ['test/lib/api-keys/', 'test/service/api-keys.test.ts'],
  },
  {
    breaks: 'authenticate overwrites a pre-set req.auth',
    file: authenticate,
    search: 'if (!isUntouched(request, passage))',
    replace: 'if (request.method === "")',
    tests: chain,
  },
  {
    breaks: 'Guards trust a pre-set req.auth',
    file: 'lib/passage/proof.ts',
    search: '  const { auth } = passageOf(request);\n  if (!auth || request.auth !== auth) {',
    replace: '  const auth = request.auth;\n  if (!auth) {',
    tests: chain,
  },
  {
    breaks: 'Guards trust a pre-set req.user',
    file: 'lib/passage/proof.ts',
    search: '  const { user } = passageOf(request);\n  if (!user || request.user !== user) {',
    replace: '  const user = request.user;\n  if (!user) {',
    tests: chain,
  },
  {
    breaks: 'An authenticated answer may be stored by caches',
    file: authenticate,
    search: "    response.setHeader('Cache-Control', 'no-store');\n",
    replace: '',
    tests: [...chain, 'test/service/routes/modules.test.ts'],
  },
  {
    breaks: 'A refusal may be stored by caches',
    file: 'lib/middleware/problem-details.ts',
    search: ".set('Cache-Control', 'no-store')",
    replace: '',
    tests: ['test/lib/middleware/problem-details.test.ts', 'test/service/refusals.test.ts'],
  },
  {
    breaks: 'requireOwner lets everybody in',
    file: 'lib/middleware/require-owner.ts',
    search: 'throw new NotOwnerError();',
    replace: 'return;',
    tests: guards,
  },
  {
    breaks: 'requireOwner compares without case',
    file: 'lib/middleware/require-owner.ts',
    search: 'if (named !== (owner ? owner(auth, userOf(request)) : auth.subject))',
    replace:
      'if (named.toLowerCase() !== (owner ? owner(auth, userOf(request)) : auth.subject).toLowerCase())',
    tests: guards,
  },
  {
    breaks: 'requireOwner takes a part of the subject for the whole',
    file: 'lib/middleware/require-owner.ts',
    search: 'if (named !== (owner ? owner(auth, userOf(request)) : auth.subject))',
    replace: 'if (!(owner ? owner(auth, userOf(request)) : auth.subject).startsWith(named))',
    tests: guards,
  },
  {
    breaks: 'requireAnyScope lets everybody in',
    file: 'lib/middleware/require-scope.ts',
    search: 'if (!scopes.some((scope) => held.includes(scope)))',
    replace: 'if (!scopes.some((scope) => held.includes(scope) || scope))',
    tests: guards,
  },
  {
    breaks: 'requireAnyScope wants all of the scopes',
    file: 'lib/middleware/require-scope.ts',
    search: 'if (!scopes.some((scope) => held.includes(scope)))',
    replace: 'if (!scopes.every((scope) => held.includes(scope)))',
    tests: guards,
  },
  {
    breaks: 'requireRole lets everybody in',
    file: 'lib/middleware/require-role.ts',
    search: 'if (!roles.some((role) => held.includes(role)))',
    replace: 'if (!roles.some((role) => held.includes(role) || role))',
    tests: guards,
  },
  {
    breaks: 'The scopes of an API key are its roles',
    file: 'lib/api-keys/api-key-verifier.ts',
    search: 'roles: Object.freeze([]),',
    replace: 'roles: Object.freeze([...scopes]),',
    tests: guards,
  },
  {
    breaks: 'A 401 of another chain becomes a 403',
    file: 'lib/passage/proof.ts',
    search: 'return auth !== undefined && request.auth === auth;',
    replace: 'return auth !== undefined || request.auth !== auth;',
    tests: guards,
  },
  {
    breaks: 'requireScope is content with one scope of several',
    file: 'lib/middleware/require-scope.ts',
    search: 'if (!scopes.every(',
    replace: 'if (!scopes.some(',
    tests: guards,
  },
  {
    breaks: 'A rejection that is no error lets the request go on',
    file: 'lib/passage/failure.ts',
    search: 'return thrown instanceof Error ? thrown : new InternalError({ cause: thrown });',
    replace: 'return thrown as Error;',
    tests: chain,
  },
  {
    breaks: 'What another server answered us is answered to the caller',
    file: 'lib/problems/host-errors.ts',
    search: " || typeof expose !== 'boolean'",
    replace: '',
    tests: ['test/lib/middleware/host-errors.test.ts'],
  },
  {
    breaks: "A host's message that is not to be exposed is answered",
    file: 'lib/problems/host-errors.ts',
    search: 'expose && error.message',
    replace: 'error.message',
    tests: ['test/lib/middleware/host-errors.test.ts'],
  },
  {
    breaks: "Any header on a host's error goes out with its answer",
    file: 'lib/problems/host-errors.ts',
    search: ' || NOT_PASSED_ON.test(name)',
    replace: '',
    tests: ['test/lib/middleware/host-errors.test.ts'],
  },
  {
    breaks: 'What an error carries beside its stack is written to stderr',
    file: 'lib/problems/stderr.ts',
    search: '(error.stack ?? String(error))',
    replace: '`${error.stack ?? ""}${JSON.stringify(error)}`',
    tests: ['test/lib/middleware/on-error.test.ts'],
  },
  {
    breaks: 'A 403 is told only where problemDetails answers it',
    file: 'lib/middleware/guard.ts',
    search: '      tellRefused(request, response, error, undefined);\n',
    replace: '      void tellRefused;\n      void response;\n',
    tests: ['test/lib/middleware/refused-events.test.ts'],
  },
  {
    breaks: 'A bug is answered with its message',
    file: 'lib/middleware/problem-details.ts',
    search: '    detail,\n    code,\n    ...error.extensions,',
    replace:
      '    detail: String((error.cause as Error | undefined)?.message ?? detail),\n    code,\n    ...error.extensions,',
    tests: ['test/lib/middleware/problem-details.test.ts'],
  },
];
