import { PROVIDERS, startTestIssuer, type HttpTestIssuer, type Provider } from 'sallyport/testing';
import { ConfigError, loadConfig } from '../../service/config';
import { PROVIDERS as NAMES } from '../../service/config/provider-names';
import { expectUnauthorized } from '../support/assertions';
import { caller } from '../support/caller';
import { cleanUp, later } from '../support/clean-up';
import { ANSWERS } from '../support/presets';
import { providerBlock } from '../support/provider-blocks';
import { startService, type ServiceUnderTest } from '../support/service';

afterAll(cleanUp);

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable, message }) => `${variable} ${message}`);
  }
}

it('AUTH_PROVIDER takes the name of every preset', () => {
  expect([...NAMES].sort()).toEqual([...PROVIDERS].sort());
});

describe.each(PROVIDERS)('the block of .env.example for %s', (provider) => {
  const block = providerBlock(provider);
  let issuer: HttpTestIssuer;
  let service: ServiceUnderTest;
  beforeAll(async () => {
    const { AUTH_AUDIENCE: audience } = block;
    issuer = await startTestIssuer({ like: provider, ...(audience !== undefined && { audience }) });
    later(() => issuer.close());
    const own = { AUTH_AUDIENCE: '', ...block, AUTH_ISSUER: issuer.issuer };
    service = await startService(own);
  });

  const as = (token: string) => caller(service.url, () => ({ authorization: `Bearer ${token}` }));

  it('is a configuration as it stands', () => {
    expect(problemsOf(block)).toEqual([]);
    const [entry] = loadConfig(block).issuers;
    expect(entry.provider).toBe(provider);
    const { issuer: named, audience, requiredClaims, authorizedParties } = entry;
    const json = {
      provider,
      ...(block['AUTH_ISSUER'] && { issuer: named }),
      ...(block['AUTH_AUDIENCE'] && { audience }),
      ...(requiredClaims && { requiredClaims }),
      ...(authorizedParties && { authorizedParties }),
    };
    expect(loadConfig({ AUTH_ISSUERS: JSON.stringify([json]) }).issuers).toEqual([entry]);
  });

  it("accepts the provider's token for APIs, and writes for its user", async () => {
    const made = as(issuer.token());
    expect((await made.save('m', { of: provider })).status).toBe(201);
    const me = await made.get('/api/users/me');
    expect(me.json).toMatchObject({ userId: issuer.subject, issuer: issuer.issuer });
  });

  it('refuses every other kind of token, with nothing written', async () => {
    const refused = issuer.kinds.filter((kind) => typeof ANSWERS[provider][kind] === 'string');
    expect(refused).not.toEqual([]);
    const before = await as(issuer.token()).get('/api/users/me');
    for (const kind of refused)
      expectUnauthorized(await as(issuer.tokenOf(kind)).save('x', {}), 'invalid_token');
    expect((await as(issuer.token()).get('/api/users/me')).json).toEqual(before.json);
    const modules = await as(issuer.token()).get(
      `/api/user_modules/user/${encodeURIComponent(issuer.subject)}`,
    );
    expect(modules.json.items).toHaveLength(1);
  });
});

it.each<[Provider, Record<string, string>, string]>([
  ['auth0', { AUTH_ISSUER: 'https://tenant.eu.auth0.com' }, 'must end with a slash'],
  ['auth0', { AUTH_AUDIENCE: 'none' }, 'Identifier of your API'],
  ['auth0', { AUTH_AUDIENCE: '' }, 'AUTH_AUDIENCE is missing'],
  ['clerk', { AUTH_ISSUER: '' }, 'AUTH_ISSUER is missing'],
  ['cognito', { AUTH_AUDIENCE: 'none' }, 'Client ID'],
  ['cognito', { AUTH_REQUIRED_CLAIMS: '{"token_use":"id"}' }, 'may not name token_use'],
  ['entra', { AUTH_ISSUER: 'https://login.microsoftonline.com/common/v2.0' }, 'Directory (tenant) ID'],
  ['entra', { AUTH_ISSUER: 'https://login.microsoftonline.com/{tid}/v2.0' }, 'Directory (tenant) ID'],
  ['firebase', { AUTH_ISSUER: 'https://securetoken.google.com/' }, 'Project ID'],
  ['githubActions', { AUTH_REQUIRED_CLAIMS: '' }, 'every repository on GitHub'],
  ['githubActions', { AUTH_REQUIRED_CLAIMS: '{"ref":"refs/heads/main"}' }, 'every repository on GitHub'],
  ['githubActions', { AUTH_REQUIRED_CLAIMS: '{"repository_id":7}' }, 'as a string'],
  ['google', { AUTH_AUDIENCE: 'none' }, 'Client ID'],
  ['keycloak', { AUTH_ISSUER: 'https://keycloak.example/realms/demo/' }, 'without a slash'],
  ['kubernetes', { AUTH_REQUIRED_CLAIMS: '' }, 'system:serviceaccount:NAMESPACE:NAME'],
  ['okta', { AUTH_AUDIENCE: 'none' }, 'Audience of the authorization server'],
  ['supabase', { AUTH_ISSUER: 'https://a.supabase.co/auth/v1/' }, 'without a slash'],
])('%s with %j is refused at start, in one sentence', (provider, change, told) => {
  const problems = problemsOf({ ...providerBlock(provider), ...change });
  expect(problems).toEqual([expect.stringContaining(told)]);
});

it('several tenants of Entra are listed as claim tid, and share their keys', () => {
  const tenants = ['8eaef023-2b34-4da1-9baa-8bc8c9d6a490', '9188040d-6c67-4c5b-b112-36a304b66dad'];
  const env = {
    ...providerBlock('entra'),
    AUTH_ISSUER: 'https://login.microsoftonline.com/{tid}/v2.0',
    AUTH_REQUIRED_CLAIMS: JSON.stringify({ tid: tenants }),
  };
  expect(loadConfig(env).issuers).toMatchObject([
    { issuer: env.AUTH_ISSUER, jwksUri: 'https://login.microsoftonline.com/common/discovery/v2.0/keys' },
  ]);
});

it('a token of one listed tenant is served, and of another one refused', async () => {
  const issuer = await startTestIssuer({ like: 'entra' });
  later(() => issuer.close());
  const [, tenant = ''] = new URL(issuer.issuer).pathname.split('/');
  const template = issuer.issuer.replace(tenant, '{tid}');
  const service = await startService({
    AUTH_PROVIDER: 'entra',
    AUTH_ISSUER: template,
    AUTH_AUDIENCE: String(issuer.audience),
    AUTH_JWKS_URI: issuer.jwksUri,
    AUTH_REQUIRED_CLAIMS: JSON.stringify({ tid: tenant }),
  });
  const as = (token: string) => service.with({ authorization: `Bearer ${token}` });
  expect((await as(issuer.token()).get('/api/users/me')).json).toMatchObject({ issuer: issuer.issuer });
  const other = '9188040d-6c67-4c5b-b112-36a304b66dad';
  const foreign = issuer.token({ tid: other, iss: template.replace('{tid}', other) });
  expectUnauthorized(await as(foreign).get('/api/users/me'), 'invalid_token');
});
