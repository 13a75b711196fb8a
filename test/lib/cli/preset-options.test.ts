import { PRESETS } from '../../../lib/cli/preset-options';

const AUDIENCE = 'https://api.example';
const ISSUER = 'https://issuer.example';
const CLAIMS = { plan: 'pro' };
const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490';

it.each(['auth0', 'keycloak', 'okta'] as const)(
  '%s takes issuer, audience and claims as they are',
  (name) => {
    const { optionsOf } = PRESETS[name];
    expect(optionsOf({ issuer: ISSUER, audience: AUDIENCE, claims: CLAIMS })).toEqual({
      issuer: ISSUER,
      audience: AUDIENCE,
      claims: CLAIMS,
    });
    expect(optionsOf({ audience: AUDIENCE })).toEqual({ issuer: '', audience: AUDIENCE });
  },
);

it('clerk and supabase take no audience', () => {
  const described = { issuer: ISSUER, audience: AUDIENCE, claims: CLAIMS };
  const expected = { issuer: ISSUER, claims: CLAIMS };
  expect(PRESETS.clerk.optionsOf(described)).toEqual({ ...expected, authorizedParties: null });
  expect(PRESETS.supabase.optionsOf(described)).toEqual(expected);
  expect(PRESETS.supabase.optionsOf({ audience: [] })).toEqual({ issuer: '' });
});

it.each([
  ['one', [AUDIENCE], AUDIENCE],
  ['a text', AUDIENCE, AUDIENCE],
  ['none', [], ''],
  ['two', ['a', 'b'], ''],
])('firebase takes an audience that is one as its project: %s', (_name, audience, projectId) => {
  expect(PRESETS.firebase.optionsOf({ audience })).toEqual({ projectId });
});

it.each([
  [`https://login.microsoftonline.com/${TENANT}/v2.0`, TENANT, '2.0'],
  [`https://sts.windows.net/${TENANT}/`, TENANT, '1.0'],
  [ISSUER, '', '1.0'],
])('entra reads tenant and version in the issuer %s', (issuer, tenantId, version) => {
  expect(PRESETS.entra.optionsOf({ issuer, audience: AUDIENCE })).toEqual({
    issuer,
    tenantId,
    version,
    audience: AUDIENCE,
  });
});

it.each([
  ['auth0', '"issuer"'],
  ['clerk', '"issuer"'],
  ['entra', '"issuer"'],
  ['githubActions', '"repository"'],
  ['firebase', '"projectId"'],
] as const)('the preset %s refuses options that lack %s', (name, option) => {
  const audience = name === 'firebase' ? [] : AUDIENCE;
  expect(() => PRESETS[name].rulesOf({ audience })).toThrow(TypeError);
  expect(() => PRESETS[name].rulesOf({ audience })).toThrow(option);
});

it.each([
  [{ repository: 'acme/notes' }, { repository: ['acme/notes'] }],
  [{ repository_id: 456789 }, { repositoryId: ['456789'] }],
  [
    { repository: ['acme/a', 'acme/b'], ref: 'refs/heads/main' },
    { repository: ['acme/a', 'acme/b'], claims: { ref: 'refs/heads/main' } },
  ],
])('githubActions takes the claims %j as its options', (claims, options) => {
  expect(PRESETS.githubActions.optionsOf({ audience: AUDIENCE, claims })).toEqual({
    audience: AUDIENCE,
    ...options,
  });
});

it('an audience that is given to supabase replaces its own', () => {
  const issuer = 'https://abc.supabase.co/auth/v1';
  expect(PRESETS.supabase.rulesOf({ issuer, audience: [] }).audience).toBe('authenticated');
  expect(PRESETS.supabase.rulesOf({ issuer, audience: ['other'] }).audience).toEqual(['other']);
});
