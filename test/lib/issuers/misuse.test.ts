import { memoryUsers, sallyport, type IssuerOptions, type OnEvent, type SallyportEvent } from 'sallyport';
import * as presets from 'sallyport/issuers';

const {
  auth0,
  clerk,
  cognito,
  entra,
  firebase,
  githubActions,
  google,
  keycloak,
  kubernetes,
  okta,
  supabase,
} = presets;
const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490';
const audience = 'api';

/** Every preset as little as it takes, and the issuer that it then believes. */
const least = {
  auth0: [auth0({ domain: 'tenant.eu.auth0.com', audience }), 'https://tenant.eu.auth0.com/'],
  clerk: [
    clerk({ issuer: 'https://clerk.example.com', authorizedParties: null }),
    'https://clerk.example.com',
  ],
  cognito: [
    cognito({ userPoolId: 'us-gov-west-1_Ab1', clientId: 'c' }),
    'https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_Ab1',
  ],
  'cognito in China': [
    cognito({ userPoolId: 'cn-north-1_Ab1', clientId: 'c' }),
    'https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Ab1',
  ],
  entra: [
    entra({ tenantId: TENANT, audience }),
    'https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0',
  ],
  'entra 1.0': [
    entra({ tenantId: TENANT, audience, version: '1.0' }),
    'https://sts.windows.net/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/',
  ],
  firebase: [firebase({ projectId: 'notes' }), 'https://securetoken.google.com/notes'],
  githubActions: [
    githubActions({ audience, repository: 'a/b' }),
    'https://token.actions.githubusercontent.com',
  ],
  google: [google({ clientId: 'c' }), 'https://accounts.google.com'],
  keycloak: [
    keycloak({ url: 'https://kc.example/auth', realm: 'my realm', audience }),
    'https://kc.example/auth/realms/my%20realm',
  ],
  kubernetes: [
    kubernetes({ issuer: 'https://oidc.eks.example/id/1', audience, serviceAccounts: null }),
    'https://oidc.eks.example/id/1',
  ],
  okta: [okta({ domain: 'dev-1.okta.com', audience }), 'https://dev-1.okta.com/oauth2/default'],
  'okta with a server of its own': [
    okta({ domain: 'https://id.example/', authorizationServer: 'aus1', audience }),
    'https://id.example/oauth2/aus1',
  ],
  supabase: [
    supabase({ projectRef: 'abcdefghijklmnopqrst' }),
    'https://abcdefghijklmnopqrst.supabase.co/auth/v1',
  ],
} as const;

it.each(Object.entries(least))('%s is mounted without a network', (_name, [rules, issuer]) => {
  const fetched = jest.spyOn(globalThis, 'fetch');
  try {
    const port = sallyport({ ...rules, users: memoryUsers() });
    expect(rules.issuer).toBe(issuer);
    expect(fetched).not.toHaveBeenCalled();
    port.close();
  } finally {
    fetched.mockRestore();
  }
});

it('several tenants of Entra are a family of issuers', () => {
  const fetched = jest.spyOn(globalThis, 'fetch');
  const owner = ({ subject }: { subject: string }) => subject;
  const port = sallyport({ ...entra({ tenants: [TENANT], audience }), owner, users: memoryUsers() });
  expect(port.issuerNamed(`https://login.microsoftonline.com/${TENANT}/v2.0`)).toBeDefined();
  expect(port.issuerNamed('https://login.microsoftonline.com/another/v2.0')).toBeUndefined();
  expect(entra({ tenants: 'any', audience, version: '1.0' })).toMatchObject({
    issuer: 'https://sts.windows.net/{tid}/',
    tenants: 'any',
  });
  expect(fetched).not.toHaveBeenCalled();
  port.close();
  fetched.mockRestore();
});

/** What is wrong, and a part of what is said about it. */
const wrong: readonly (readonly [string, () => unknown, string])[] = [
  ['auth0 nothing', () => auth0({} as never), 'give one of "domain" and "issuer"'],
  ['auth0 both', () => auth0({ domain: 'a.b', issuer: 'https://a.b/', audience }), 'give one of'],
  ['auth0 no slash', () => auth0({ issuer: 'https://a.b', audience }), 'must end with a slash'],
  ['auth0 a path', () => auth0({ domain: 'a.b/c', audience }), 'a host name without a path'],
  ['auth0 no audience', () => auth0({ domain: 'a.b' } as never), 'Identifier of your API'],
  ['auth0 an empty audience', () => auth0({ domain: 'a.b', audience: [] }), 'Identifier of your API'],
  ['auth0 a blank audience', () => auth0({ domain: 'a.b', audience: ' ' }), 'Identifier of your API'],
  ['auth0 null', () => auth0(null as never), 'auth0: give an object of options'],
  ['clerk no origins', () => clerk({ issuer: 'https://a.b' } as never), '"authorizedParties"'],
  ['clerk a key', () => clerk({ issuer: 'pk_test_1', authorizedParties: null }), 'Frontend API URL'],
  ['clerk a slash', () => clerk({ issuer: 'https://a.b/', authorizedParties: null }), 'without a slash'],
  ['cognito a name', () => cognito({ userPoolId: 'my-pool', clientId: 'c' }), 'User pool ID'],
  ['cognito no pool', () => cognito({ clientId: 'c' }), 'User pool ID'],
  ['cognito no client', () => cognito({ userPoolId: 'eu-west-1_Ab1' } as never), 'Client ID'],
  ['entra a domain', () => entra({ tenantId: 'contoso.onmicrosoft.com', audience }), 'Directory (tenant) ID'],
  ['entra common', () => entra({ tenantId: 'common', audience }), '"common"'],
  ['entra a tenant that is none', () => entra({ tenants: ['common'], audience }), 'Directory (tenant) ID'],
  ['entra no tenant', () => entra({ audience } as never), 'give one of "tenantId" and "tenants"'],
  ['entra no tenants', () => entra({ tenants: [], audience }), 'Directory (tenant) ID'],
  ['entra another version', () => entra({ tenantId: TENANT, audience, version: '2' as never }), '"2.0"'],
  ['firebase no project', () => firebase({} as never), 'Project ID'],
  ['firebase a word', () => firebase({ projectId: 'a', anonymous: 'no' as never }), 'true or false'],
  ['github no repository', () => githubActions({ audience }), 'every repository on GitHub'],
  ['github an empty list', () => githubActions({ audience, repository: [] }), '"owner/name"'],
  ['github a number', () => githubActions({ audience, repositoryId: 7 as never }), 'as a string'],
  ['google a word', () => google({ clientId: 'a', serviceAccounts: 'no' as never }), 'true or false'],
  ['google no client', () => google({} as never), 'Client ID'],
  ['google an empty domain', () => google({ clientId: 'c', hostedDomain: '' }), 'Workspace'],
  ['keycloak no realm', () => keycloak({ url: 'https://a.b', audience }), 'the realm'],
  ['keycloak a slash', () => keycloak({ url: 'https://a.b/', realm: 'r', audience }), 'without a slash'],
  ['keycloak no address', () => keycloak({ realm: 'r', audience }), 'give one of "url" and "issuer"'],
  ['keycloak an empty client', () => keycloak({ issuer: 'https://a.b', audience, client: '' }), 'client ID'],
  [
    'kubernetes no accounts',
    () => kubernetes({ issuer: 'https://a.b', audience } as never),
    'null, written out',
  ],
  [
    'kubernetes a bare account',
    () => kubernetes({ issuer: 'https://a.b', audience, serviceAccounts: ['x'] }),
    'namespace/name',
  ],
  ['okta an address', () => okta({ domain: 'https://a.b/oauth2/default', audience }), 'without a path'],
  ['okta both', () => okta({ domain: 'a.b', issuer: 'https://a.b', audience }), 'give one of'],
  ['supabase an address', () => supabase({ projectRef: 'https://a.supabase.co' }), 'not an address'],
  ['supabase nothing', () => supabase({}), 'give one of "projectRef" and "issuer"'],
  [
    'a claim that the preset pins',
    () => cognito({ userPoolId: 'eu-west-1_Ab1', clientId: 'c', claims: { token_use: 'id' } }),
    'may not name token_use',
  ],
  ['claims that are none', () => google({ clientId: 'c', claims: ['hd'] as never }), 'object of claims'],
  ['a rule that is none', () => google({ clientId: 'c', refuse: 'x' as never }), 'a function'],
];

it.each(wrong)('%s: a TypeError at once', (name, mount, told) => {
  expect(mount).toThrow(TypeError);
  expect(mount).toThrow(told);
  expect(mount).toThrow(/^\w+: /);
  expect(name).not.toBe('');
});

it.each(Object.entries(presets))('%s refuses an option that nobody reads', (name, preset) => {
  const misspelt = { audiance: 'api' } as never;
  expect(() => (preset as (options: never) => unknown)(misspelt)).toThrow(
    new RegExp(`^${name}: unknown option "audiance"`),
  );
});

describe('what the host adds', () => {
  it('is asked for beside the rules of the preset, and undoes none of them', () => {
    const refuse = (): string => 'no';
    const both = auth0({ domain: 'a.b', audience, claims: { org_id: 'org_1' }, refuse });
    expect(both.claims).toEqual({ org_id: 'org_1' });
    expect(both.refuse?.({ azp: 'c', nonce: 'n' }, {})).toMatch(/ID token/);
    expect(both.refuse?.({ azp: 'c' }, {})).toBe('no');
    const pool = cognito({
      userPoolId: 'eu-west-1_Ab1',
      clientId: ['c'],
      claims: { username: 'ada' },
      refuse,
    });
    expect(pool.claims).toEqual({ token_use: 'access', client_id: ['c'], username: 'ada' });
    expect(pool.refuse?.({}, {})).toBe('no');
  });

  it('stays absent where neither says anything', () => {
    expect(google({ clientId: 'c', serviceAccounts: true })).not.toHaveProperty('refuse');
    expect(google({ clientId: 'c', serviceAccounts: true })).not.toHaveProperty('claims');
  });
});

it.each<[string, (onEvent: OnEvent) => Pick<IssuerOptions, 'keys'>]>([
  ['entra', (onEvent) => entra({ tenants: 'any', audience, onEvent })],
  ['supabase', (onEvent) => supabase({ projectRef: 'abcdefghijklmnopqrst', onEvent })],
])('%s brings keys of its own, which tell what becomes of them', async (_, preset) => {
  const events: SallyportEvent[] = [];
  const { keys } = preset((event) => void events.push(event));
  const refused = jest.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('fetch failed'));
  await expect(keys?.prewarm()).rejects.toMatchObject({ code: 'keys_unavailable' });
  expect(events).toMatchObject([{ type: 'keys_failed' }]);
  keys?.close();
  refused.mockRestore();
});
