import type { Mutation } from '../mutation';

const zoo = ['test/lib/issuers/zoo.test.ts'];
const misuse = ['test/lib/issuers/misuse.test.ts'];

/** What each preset asks of a provider's tokens. */
export const issuers: readonly Mutation[] = [
  {
    breaks: "A host's claims replace those that a preset pins",
    file: 'lib/issuers/preset.ts',
    search: 'if (taken !== undefined)',
    replace: "if (taken === '')",
    tests: misuse,
  },
  {
    breaks: "A host's rule replaces that of a preset",
    file: 'lib/issuers/preset.ts',
    search: 'first(payload, header) ?? second(payload, header)',
    replace: 'second(payload, header)',
    tests: misuse,
  },
  {
    breaks: 'ID tokens of Auth0 and Okta pass where their client is the audience',
    file: 'lib/issuers/id-token.ts',
    search: "const OF_ID_TOKENS = ['nonce', 'at_hash', 'c_hash', 's_hash'];",
    replace: "const OF_ID_TOKENS = ['c_hash', 's_hash'];",
    tests: zoo,
  },
  {
    breaks: "Keycloak's ID tokens pass where their client is the audience",
    file: 'lib/issuers/keycloak.ts',
    search: "claims: { typ: 'Bearer' }",
    replace: "claims: { typ: ['Bearer', 'ID'] }",
    tests: zoo,
  },
  {
    breaks: "Cognito's ID tokens pass",
    file: 'lib/issuers/cognito.ts',
    search: "{ token_use: 'access', client_id: clients }",
    replace: "{ token_use: ['access', 'id'] }",
    tests: zoo,
  },
  {
    breaks: 'Tokens of any Cognito client pass',
    file: 'lib/issuers/cognito.ts',
    search: "'access', client_id: clients",
    replace: "'access'",
    tests: zoo,
  },
  {
    breaks: "Entra's ID tokens pass where API and client are one registration",
    file: 'lib/issuers/entra.ts',
    search: 'if (!Object.hasOwn(payload, client)) return',
    replace: "if (client === '') return",
    tests: zoo,
  },
  {
    breaks: 'Tokens of Entra that grant nothing pass',
    file: 'lib/issuers/entra.ts',
    search: 'return isGranted',
    replace: 'return isGranted || client !== ""',
    tests: zoo,
  },
  {
    breaks: "Firebase's anonymous users pass unasked",
    file: 'lib/issuers/firebase.ts',
    search: 'anonymous ? {} :',
    replace: '!anonymous ? {} :',
    tests: zoo,
  },
  {
    breaks: "Supabase's anonymous users pass unasked",
    file: 'lib/issuers/supabase.ts',
    search: '...(!anonymous &&',
    replace: '...(anonymous &&',
    tests: zoo,
  },
  {
    breaks: 'Accounts outside the Workspace domain pass',
    file: 'lib/issuers/google.ts',
    search: '...read.rules(domains || {}),',
    replace: '...read.rules({}),',
    tests: zoo,
  },
  {
    breaks: 'Every service account of the cluster passes',
    file: 'lib/issuers/kubernetes.ts',
    search: 'serviceAccounts === null ? {}',
    replace: 'serviceAccounts !== undefined ? {}',
    tests: zoo,
  },
  {
    breaks: 'Every repository on GitHub passes that can name the audience',
    file: 'lib/issuers/github-actions.ts',
    search: 'repository === undefined && repositoryId === undefined',
    replace: "repository === '' && repositoryId === undefined",
    tests: misuse,
  },
  {
    breaks: 'A repository that has taken the name passes',
    file: 'lib/issuers/github-actions.ts',
    search: 'repository_id: repositoryId,',
    replace: '',
    tests: zoo,
  },
  {
    breaks: "Clerk's permissions are read from the wrong end of their bits",
    file: 'lib/issuers/clerk-organization.ts',
    search: '(1n << BigInt(bit))',
    replace: '(1n << BigInt(permissions.length - 1 - bit))',
    tests: zoo,
  },
  {
    breaks: "A feature of the user counts as the organization's",
    file: 'lib/issuers/clerk-organization.ts',
    search: '/^(o|uo|ou):/',
    replace: '/^[ou]+:/',
    tests: zoo,
  },
  {
    breaks: "The service leaves a provider's rules out",
    file: 'service/config/providers.ts',
    search: 'if (settings) return settings.rules(entry);',
    replace: '',
    tests: ['test/service/providers.test.ts'],
  },
  {
    breaks: 'The service starts where every service account of a cluster may call',
    file: 'service/config/providers.ts',
    search: "if (rest.requiredClaims?.['sub'] === undefined)",
    replace: "if (rest.requiredClaims?.['sub'] === '')",
    tests: ['test/service/providers.test.ts'],
  },
];
