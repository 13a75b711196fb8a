import type { Mutation } from '../mutation';

const tests = ['test/lib/api-keys/', 'test/service/api-keys.test.ts'];
const routes = ['test/service/api-keys.test.ts'];
const verifier = 'lib/api-keys/api-key-verifier.ts';
const issuing = 'lib/api-keys/api-keys.ts';

export const apiKeys: readonly Mutation[] = [
  {
    breaks: 'An API key passes with any secret',
    file: verifier,
    search: 'if (!record || !right) throw refusal();',
    replace: 'if (!record) throw refusal(right ? record : undefined);',
    tests,
  },
  {
    breaks: 'An expired API key passes',
    file: verifier,
    search: 'record.expiresAt <= now()',
    replace: 'record.expiresAt <= 0',
    tests,
  },
  {
    breaks: 'A key is given scopes that its maker does not hold',
    file: issuing,
    search: 'if (missing.length > 0)',
    replace: 'if (missing.length > 100)',
    tests,
  },
  {
    breaks: "Somebody else's key is revoked",
    file: issuing,
    search: 'if (record?.userId !== user.id) return false;',
    replace: 'if (!record) return false;',
    tests,
  },
  {
    breaks: 'A deleted key lives on in the caches of other instances',
    file: issuing,
    search: "await revocations?.revoke([{ by: 'key'",
    replace: "await Promise.resolve([{ by: 'key'",
    tests,
  },
  {
    breaks: 'A user may have any number of keys',
    file: 'service/storage/embedded/api-keys.ts',
    search: '>= limit) return',
    replace: '>= Infinity) return',
    tests: ['test/service/storage/embedded.test.ts'],
  },
  {
    breaks: 'A key opens routes for tokens',
    file: 'lib/middleware/require-token.ts',
    search: "if (authOf(request).kind !== 'token')",
    replace: "if (authOf(request).kind === 'api-key' && request.method === 'TRACE')",
    tests: routes,
  },
  {
    breaks: "A key's scopes are not asked",
    file: 'lib/middleware/require-scope.ts',
    search: "if (auth.kind === 'api-key') demand(auth, scopes);",
    replace: 'void auth;',
    tests: routes,
  },
  {
    breaks: 'A key for reading deletes modules',
    file: 'service/routes/modules.ts',
    search: '[port, owner, mayWrite, ',
    replace: '[port, owner, mayRead, ',
    tests: ['test/service/api-keys.test.ts', 'test/service/routes/modules.test.ts'],
  },
  {
    breaks: 'A key for reading saves modules',
    file: 'service/routes/modules.ts',
    search: '[port, mayWrite, ',
    replace: '[port, mayRead, ',
    tests: ['test/service/api-keys.test.ts', 'test/service/routes/modules.test.ts'],
  },
  {
    breaks: 'The hash of a key is shown when it is listed',
    file: 'service/routes/keys.ts',
    search: '({ ...keyJson(record), lastUsedAt',
    replace: '({ ...record, lastUsedAt',
    tests: routes,
  },
  {
    breaks: 'A whole key that is revoked goes into the log',
    file: 'service/routes/admin.ts',
    search: 'keyId: await keyIdOf(revoker, issuer, key) }',
    replace: 'keyId: (await keyIdOf(revoker, issuer, key), key) }',
    tests: ['test/service/revocations.test.ts'],
  },
  {
    breaks: 'Revoking a key that is not there is answered 204',
    file: 'service/routes/admin.ts',
    search: "if (id === undefined) throw new NotFoundError('There is no such key.');",
    replace: 'if (id === undefined) return named;',
    tests: ['test/service/revocations.test.ts'],
  },
  {
    breaks: 'The revocation of a deleted key is kept as long as any other',
    file: issuing,
    search: 'value: id, deleted: true }',
    replace: 'value: id }',
    tests: ['test/lib/api-keys/deleted-keys.test.ts'],
  },
  {
    breaks: "A key of scopes beyond everybody's lasts as long as it is wished",
    file: 'lib/api-keys/api-keys.ts',
    search: 'if (mustExpire && expiresAt > createdAt + MAX_LIFETIME_MS)',
    replace: 'if (expiresAt < MAX_LIFETIME_MS)',
    tests,
  },
  {
    breaks: 'A key from elsewhere notes a use',
    file: 'lib/api-keys/api-key-verifier.ts',
    search: 'if (!record.addresses) noteUse(record);',
    replace: 'noteUse(record);',
    tests: ['test/lib/api-keys/rotation.test.ts'],
  },
  {
    breaks: 'Each use of a key with addresses is a write',
    file: 'lib/api-keys/api-key-verifier.ts',
    search: 'once(() => noteUse(record))',
    replace: '() => noteUse(record)',
    tests: ['test/lib/api-keys/rotation.test.ts'],
  },
  {
    breaks: 'The rate limit of its user tells that a key from elsewhere is right',
    file: 'lib/limits/refused-subject.ts',
    search: " && error.reason !== 'address'",
    replace: '',
    tests: ['test/service/key-attacks.test.ts'],
  },
  {
    breaks: "A key of scopes beyond everybody's never expires",
    file: issuing,
    search: 'return mustExpire ? createdAt + DEFAULT_LIFETIME_MS : undefined;',
    replace: 'return undefined;',
    tests,
  },
  {
    breaks: "A key of scopes beyond everybody's is given for ever to whom asks for it",
    file: issuing,
    search: 'if (mustExpire) throw',
    replace: 'if (mustExpire && createdAt < 0) throw',
    tests,
  },
];
