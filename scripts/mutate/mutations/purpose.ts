import type { Mutation } from '../mutation';

const file = 'lib/tokens/purpose.ts';
const tests = ['test/lib/tokens/purpose.test.ts', 'test/lib/tokens/differential.test.ts'];
const session = 'lib/clerk/session-token.ts';
const sessions = ['test/lib/clerk/session-tokens.test.ts'];

/** Tokens of the right issuer that were made for something else. */
export const purpose: readonly Mutation[] = [
  {
    breaks: 'A token that is bound to a key passes as a bearer token',
    file,
    search: "Object.hasOwn(payload, 'cnf')",
    replace: "Object.hasOwn(payload, 'cnf ')",
    tests,
  },
  {
    breaks: 'at+jwt passes where no audience is asked for',
    file,
    search: "if (audience === null && typeOf(header) === 'at+jwt')",
    replace: "if (audience === null && typeOf(header) === undefined && header.alg === '')",
    tests,
  },
  {
    breaks: 'The type that is asked for is not compared',
    file,
    search: 'if (type !== undefined && typeOf(header) !== type)',
    replace: 'if (type !== undefined && typeOf(header) === undefined)',
    tests,
  },
  {
    breaks: 'Claims that are asked for are not compared',
    file,
    search: 'if (missing !== undefined)',
    replace: "if (missing === '')",
    tests,
  },
  {
    breaks: "Clerk's OAuth access tokens pass for sessions",
    file: session,
    search: "if (typ !== undefined && typ !== 'JWT')",
    replace: "if (typ === '')",
    tests: sessions,
  },
  {
    breaks: "Clerk's machine tokens pass for users",
    file: session,
    search: "if (payload.sub?.startsWith('user_') !== true)",
    replace: 'if (payload.sub === undefined)',
    tests: sessions,
  },
  {
    breaks: "Clerk's tokens of another category pass for sessions",
    file: session,
    search: '(template ? OF_TEMPLATES : OF_SESSIONS).has(cat)',
    replace: '(template ? OF_TEMPLATES : OF_SESSIONS).has(undefined)',
    tests: sessions,
  },
  {
    breaks: "Clerk's tokens of OAuth clients pass for sessions",
    file: session,
    search: "const OF_CLIENTS = ['client_id', 'nonce', 'at_hash'];",
    replace: "const OF_CLIENTS = ['nothing'];",
    tests: sessions,
  },
  {
    breaks: 'A Clerk token without a session passes',
    file: session,
    search: "if (!template && (typeof payload['sid'] !== 'string' || payload['sid'] === ''))",
    replace: "if (!template && payload['sid'] === 0)",
    tests: sessions,
  },
  {
    breaks: 'AUTH_AUDIENCE=none starts with nothing that pins the tokens',
    file: 'service/config/choose-issuers.ts',
    search: 'isUnpinned(entry) && !pinned',
    replace: 'isUnpinned(entry) && pinned',
    tests: ['test/service/config.test.ts'],
  },
];
