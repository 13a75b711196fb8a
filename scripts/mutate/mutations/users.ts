import type { Mutation } from '../mutation';

const record = 'lib/users/user-record.ts';
const stores = ['test/lib/users/'];

export const users: readonly Mutation[] = [
  {
    breaks: 'A token from before an erasure brings the user back',
    file: record,
    search: '  if (issuedAt > erasedAt) return;\n',
    replace: '  if (issuedAt > -Infinity) return;\n',
    tests: stores,
  },
  {
    breaks: 'A webhook brings an erased user back',
    file: record,
    search: "if (!record.living && record.tombstones.length > 0) return 'erased';",
    replace: '',
    tests: stores,
  },
  {
    breaks: 'An older webhook overwrites a newer one',
    file: record,
    search: "if (updatedAt <= notBefore) return 'stale';",
    replace: '',
    tests: stores,
  },
  {
    breaks: 'An erasure leaves no tombstone',
    file: record,
    search: 'return { tombstones: Object.freeze(tombstones) };',
    replace: 'return { tombstones: Object.freeze(tombstones.slice(1)) };',
    tests: stores,
  },
  {
    breaks: 'The same subject of two issuers is one user',
    file: 'lib/identity.ts',
    search: 'return JSON.stringify([issuer, subject]);',
    replace: 'return JSON.stringify([typeof issuer, subject]);',
    tests: [...stores, 'test/lib/sallyport.test.ts'],
  },
  {
    breaks: 'A remembered user is given to a token from before their erasure',
    file: 'lib/users/user-memory.ts',
    search: 'entry && issuedAt >= entry.issuedAt ?',
    replace: 'entry ?',
    tests: stores,
  },
  {
    breaks: 'An erased user stays remembered',
    file: 'lib/users/known-users.ts',
    search: '    } finally {\n      forget(identity);\n    }',
    replace: '    } finally {\n      void identity;\n    }',
    tests: stores,
  },
  {
    breaks: 'First requests at once each ask the store',
    file: 'lib/users/known-users.ts',
    search: ' ?? underWay(key, issuedAt) ?? ',
    replace: ' ?? ',
    tests: stores,
  },
  {
    breaks: 'A store that hangs is waited for',
    file: 'lib/stores/guarded.ts',
    search: 'reject(new DeadlineError(',
    replace: 'void (new DeadlineError(',
    tests: ['test/lib/stores/guarded.test.ts'],
  },
  {
    breaks: 'A store that is down is asked by every request',
    file: 'lib/stores/guarded.ts',
    search: 'new ConsecutiveBreaker(FAILURES_TO_OPEN)',
    replace: 'new ConsecutiveBreaker(1e9)',
    tests: ['test/lib/stores/guarded.test.ts'],
  },
  {
    breaks: 'Erasing a user does not revoke their tokens',
    file: 'service/users/erasure.ts',
    search: "      await revocations.revoke([{ by: 'subject', issuer, value: subject }]);\n",
    replace: '',
    tests: ['test/service/users/erasure.test.ts', 'test/service/routes/users.test.ts'],
  },
  {
    breaks: 'Erasing a user leaves their modules',
    file: 'service/users/erasure.ts',
    search: 'Promise.all([modules.deleteAll(userId), apiKeys.deleteAll(userId)])',
    replace: 'Promise.all([apiKeys.deleteAll(userId)])',
    tests: ['test/service/users/erasure.test.ts', 'test/service/routes/users.test.ts'],
  },
  {
    breaks: 'What races with an erasure is not swept up',
    file: 'service/users/erasure.ts',
    search: '      sweeps.later(() => finish(tombstones));\n',
    replace: '',
    tests: ['test/service/users/erasure.test.ts'],
  },
  {
    breaks: 'The record of a user grows with each erasure',
    file: 'lib/users/user-record.ts',
    search: 'record.tombstones.slice(1 - MAX_TOMBSTONES)',
    replace: 'record.tombstones',
    tests: ['test/lib/users/', 'test/service/storage/embedded-tombstones.test.ts'],
  },
];
