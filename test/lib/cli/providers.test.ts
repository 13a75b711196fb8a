import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestIssuer, PROVIDERS, startTestIssuer, type Provider } from 'sallyport/testing';
import { ANSWERS } from '../../support/presets';
import { lines, sallyport } from './support/command-line';

/** What else the presets were given to tell these tokens apart. */
const CLAIMS: Readonly<Partial<Record<Provider, string>>> = {
  githubActions: 'repository_id=456789',
  google: 'hd=example.com',
};
/** Accepted unless a claim says otherwise, as the preset's own test has it. */
const ALSO_ACCEPTED = ['githubActions pull-request'];

describe.each(PROVIDERS)('--provider %s', (like) => {
  it('judges every kind of token as its preset does, in inspect and in doctor', async () => {
    const issuer = await startTestIssuer({ like });
    const options = ['--provider', like, '--issuer', issuer.issuer, '--audience', String(issuer.audience)];
    const claim = CLAIMS[like];
    if (claim !== undefined) options.push('--claim', claim);

    for (const kind of issuer.kinds) {
      const isAccepted = typeof ANSWERS[like][kind] === 'object' || ALSO_ACCEPTED.includes(`${like} ${kind}`);
      for (const command of ['inspect', 'doctor']) {
        const { out, code } = await sallyport([command, ...options], issuer.tokenOf(kind));
        expect({ kind, command, broken: lines(out, 'broken').length > 0, code }).toEqual({
          kind,
          command,
          broken: !isAccepted,
          code: isAccepted ? 0 : 1,
        });
      }
    }
    await issuer.close();
  });
});

it('an issuer that a provider has only one of needs no option', async () => {
  const { token, jwks } = createTestIssuer({ like: 'google' });
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-keys-'));
  const file = join(folder, 'keys.json');
  writeFileSync(file, JSON.stringify(jwks()));
  const options = ['--provider', 'google', '--audience', '1234987819200.apps.googleusercontent.com'];
  const spelling = token({ iss: 'accounts.google.com' });
  const { out, code } = await sallyport(['inspect', ...options, '--public-key', file], spelling);
  rmSync(folder, { recursive: true });
  expect(out).toContain('sallyport accepts this token');
  expect(code).toBe(0);
});

it('the keys of a Supabase project are read where its preset reads them', async () => {
  const { issuer, discoveries, close, ...own } = await startTestIssuer({ like: 'supabase' });
  const { out, code } = await sallyport(['doctor', '--provider', 'supabase', '--issuer', issuer]);
  expect(lines(out, 'passed').join()).toContain('ES256');
  expect([discoveries, code]).toEqual([0, 0]);
  const other = ['inspect', '--provider', 'supabase', '--issuer', issuer, '--audience', 'other'];
  expect(lines((await sallyport(other, own.token())).out, 'broken').join()).toContain('aud');
  await close();
});

it('tokens of version 1.0 are of the other issuer of the Entra tenant', async () => {
  const { audience, jwksUri, tokenOf, close } = await startTestIssuer({ like: 'entra' });
  const { out } = await sallyport(
    [
      ...['inspect', '--provider', 'entra', '--jwks-uri', jwksUri],
      ...['--issuer', 'https://sts.windows.net/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/'],
      ...['--audience', `api://${String(audience)}`],
    ],
    tokenOf('access-v1'),
  );
  await close();
  expect(out).toContain('sallyport accepts this token');
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
    /keycloak: --audience must be/,
  ],
  [
    'a tenant that is none',
    ['--provider', 'entra', '--issuer', 'https://login.microsoftonline.com/common/v2.0', '--audience', 'a'],
    /entra: the tenant in --issuer must be the Directory/,
  ],
  [
    'two projects',
    ['--provider', 'firebase', '--audience', 'a', '--audience', 'b'],
    /firebase: --audience must be the Project ID/,
  ],
  [
    'every repository on GitHub',
    ['--provider', 'githubActions', '--audience', 'https://api.example'],
    /githubActions: give --claim repository=OWNER\/NAME or/,
  ],
])('%s', async (_name, options, message) => {
  const { code, err } = await sallyport(['inspect', ...options]);
  expect(err).toMatch(message);
  expect(code).toBe(2);
});
