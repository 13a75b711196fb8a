import type { Mutation } from '../mutation';

const jwk = 'lib/keys/jwk.ts';
const bad = ['test/lib/keys/static-keys.test.ts', 'test/lib/keys/remote-keys-rotation.test.ts'];
const remote = ['test/lib/keys/remote-keys'];

/** Which keys an issuer has, and how they are had. */
export const keys: readonly Mutation[] = [
  {
    breaks: 'RSA keys of any length verify',
    file: jwk,
    search: 'if (modulusLength < MIN_RSA_BITS)',
    replace: 'if (modulusLength < 1)',
    tests: bad,
  },
  {
    breaks: 'An RSA key with the exponent 1 verifies',
    file: jwk,
    search: 'if (publicExponent <= 1n ||',
    replace: 'if (',
    tests: bad,
  },
  {
    breaks: 'A private key that was published verifies',
    file: jwk,
    search: 'PRIVATE_PARAMETERS.some((name) => jwk[name] !== undefined)',
    replace: 'PRIVATE_PARAMETERS.length === 0',
    tests: bad,
  },
  {
    breaks: 'A key for encryption verifies',
    file: jwk,
    search: "if (use !== undefined && use !== 'sig')",
    replace: 'if (Array.isArray(use))',
    tests: bad,
  },
  {
    breaks: 'key_ops is ignored',
    file: jwk,
    search: "operations.includes('verify')",
    replace: 'operations.length > 0',
    tests: bad,
  },
  {
    breaks: 'Any kid finds a key in a static set',
    file: 'lib/keys/static-keys.ts',
    search: 'const find = (kid: string) => set.keys.get(kid);',
    replace: 'const find = (kid: string) => set.keys.get(kid) ?? [...set.keys.values()][0];',
    tests: bad,
  },
  {
    breaks: 'Any kid finds a key of a remote issuer',
    file: 'lib/keys/remote-keys.ts',
    search: 'keeper.history().set?.keys.get(kid);',
    replace: 'keeper.history().set?.keys.get(kid) ?? [...(keeper.history().set?.keys.values() ?? [])][0];',
    tests: remote,
  },
  {
    breaks: 'A key that was withdrawn still holds',
    file: 'lib/keys/remote-keys.ts',
    search: 'holds: (key) => usable() && lookUp(key.kid) === key',
    replace: 'holds: () => usable()',
    tests: remote,
  },
  {
    breaks: 'Discovery may name another issuer',
    file: 'lib/keys/discovery.ts',
    search: "if (document['issuer'] !== issuer)",
    replace: "if (document['issuer'] === undefined)",
    tests: ['test/lib/keys/discovery.test.ts'],
  },
  {
    breaks: 'Redirects are followed to keys',
    file: 'lib/keys/fetch-json.ts',
    search: "{ headers, redirect: 'manual', signal }",
    replace: "{ headers, redirect: 'follow', signal }",
    tests: remote,
  },
  {
    breaks: 'A key set of any size is read',
    file: 'lib/keys/fetch-json.ts',
    search: 'if (size > maxBytes)',
    replace: 'if (size > maxBytes * 4)',
    tests: remote,
  },
  {
    breaks: 'Each request fetches the keys for itself',
    file: 'lib/keys/key-set-keeper.ts',
    search: '    if (underway) return underway;\n',
    replace: '',
    tests: remote,
  },
  {
    breaks: 'Made-up kids cause as many fetches as they like',
    file: 'lib/keys/kid-budget.ts',
    search: '      left -= 1;\n',
    replace: '',
    tests: remote,
  },
  {
    breaks: 'An old key set is served for ever',
    file: 'lib/keys/key-lifetime.ts',
    search: 'time - readAt < freshMs + staleMs',
    replace: 'freshMs + staleMs > 0',
    tests: remote,
  },
  {
    breaks: 'A set without usable keys replaces one that has some',
    file: 'lib/keys/key-set-reader.ts',
    search: 'if (set.keys.size === 0)',
    replace: 'if (set.keys.size < 0)',
    tests: remote,
  },
  {
    breaks: 'An issuer that fails is asked again at once',
    file: 'lib/keys/backoff.ts',
    search: 'return ceiling * (1 - random() / 2);',
    replace: 'return 0 * ceiling * random();',
    tests: remote,
  },
  {
    breaks: 'Without keys a token is called invalid',
    file: 'lib/errors.ts',
    search: "readonly status = 503;\n  readonly code = 'keys_unavailable';",
    replace: "readonly status = 401;\n  readonly code = 'keys_unavailable';",
    tests: ['test/lib/keys/remote-keys-failures.test.ts'],
  },
  {
    breaks: 'A key set of any number of keys is imported',
    file: 'lib/keys/jwk-set.ts',
    search: 'if (keys.size === MAX_KEYS || importer.isSpent())',
    replace: 'if (keys.size > 1e9)',
    tests: ['test/lib/keys/large-sets.test.ts'],
  },
  {
    breaks: 'All members of a key set are judged, however many',
    file: 'lib/keys/jwk-candidates.ts',
    search: 'members.slice(0, MAX_JUDGED)',
    replace: 'members',
    tests: ['test/lib/keys/large-sets.test.ts'],
  },
  {
    breaks: 'An https issuer may have its keys fetched from this machine in plain http',
    file: 'lib/keys/discovery.ts',
    search: " || (address.protocol === 'http:' && new URL(issuer).protocol !== 'http:')",
    replace: '',
    tests: ['test/lib/keys/discovery.test.ts'],
  },
];
