import { startTestIssuer, type Provider, type TokenKind } from 'sallyport/testing';
import { lines, sallyport } from './support/command-line';

/** What is meant for an API, and what the provider signs with the same key for something else. */
const TOKENS: readonly (readonly [Provider, TokenKind, TokenKind])[] = [
  ['auth0', 'access', 'id'],
  ['clerk', 'session', 'oauth'],
  ['cognito', 'access', 'id'],
  ['keycloak', 'access', 'id'],
  ['okta', 'access', 'id'],
];

it.each(TOKENS)('--provider %s accepts the token of kind %s, and not %s', async (like, right, other) => {
  const issuer = await startTestIssuer({ like });
  const audience = String(issuer.audience);
  const options = ['--provider', like, '--issuer', issuer.issuer, '--audience', audience];

  for (const command of ['inspect', 'doctor']) {
    const accepted = await sallyport([command, ...options], issuer.tokenOf(right));
    expect(lines(accepted.out, 'broken')).toEqual([]);
    expect(accepted.code).toBe(0);
    const refused = await sallyport([command, ...options], issuer.tokenOf(other));
    expect(lines(refused.out, 'broken').length).toBeGreaterThan(0);
    expect(refused.code).toBe(1);
  }
  await issuer.close();
});

it('an ID token of another client is not cured by configuring that client', async () => {
  for (const like of ['auth0', 'keycloak', 'okta'] as const) {
    const { issuer, tokenOf, close } = await startTestIssuer({ like });
    const { out } = await sallyport(['inspect', '--issuer', issuer, '--audience', 'api'], tokenOf('id'));
    await close();
    expect(lines(out, 'broken').join()).toContain('so send the access token');
  }
});

it('further claims are asked for beside the preset', async () => {
  const { issuer, token, close } = await startTestIssuer({ like: 'keycloak' });
  const options = [
    '--provider',
    'keycloak',
    '--issuer',
    issuer,
    '--audience',
    'notes-api',
    '--claim',
    'org=acme',
  ];
  expect(lines((await sallyport(['inspect', ...options], token())).out, 'broken')).toEqual([
    "claims The token's org is not one that is accepted.",
  ]);
  await close();
});

it.each([
  ['a provider that is none', ['--provider', 'acme'], /--provider takes auth0, clerk/],
  [
    'no audience where there must be one',
    ['--provider', 'keycloak', '--issuer', 'https://a.example'],
    /keycloak: "audience"/,
  ],
])('%s', async (_name, options, message) => {
  const { code, err } = await sallyport(['inspect', ...options]);
  expect(err).toMatch(message);
  expect(code).toBe(2);
});
