import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidTokenError, jwtVerifier } from 'sallyport';
import { createTestIssuer, startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';
import { judgeToken } from '../../../lib/cli/inspect/judge-token';
import { tokenCases } from '../../support/attacks';
import { lines, sallyport } from './support/command-line';

const NOW = Date.now();
const local = createTestIssuer({ now: () => NOW });
const { issuer, audience, keys } = local;

let folder: string;
let pem: string;
let remote: HttpTestIssuer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-cli-'));
  pem = join(folder, 'key.pem');
  await writeFile(pem, local.publicKeyPem());
  remote = await startTestIssuer();
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await remote.close();
});

const known = (): string[] => ['--issuer', issuer, '--audience', String(audience), '--public-key', pem];

describe('without options', () => {
  it('shows header, claims and times, and does not judge what needs options', async () => {
    const token = local.token({ exp: NOW / 1000 - 3 * 3600, sub: 'user_ada' });
    const { code, out } = await sallyport(['inspect'], `${token}\n`, { now: () => NOW });

    expect(out).toMatch(/^ {2}alg +"RS256"$/m);
    expect(out).toMatch(/^ {2}sub +"user_ada"$/m);
    expect(out).toMatch(/^ {2}exp .* UTC, 3 hours ago$/m);
    expect(lines(out, 'broken')).toEqual([
      expect.stringMatching(/^exp The token expired at .* 3 hours ago: /),
    ]);
    expect(lines(out, 'not judged').map((line) => line.split(' ')[0])).toEqual(
      expect.arrayContaining(['iss', 'key', 'signature', 'aud']),
    );
    expect(code).toBe(1);
  });

  it('ends with 0 where nothing is broken, and says that nothing is proven', async () => {
    const { code, out } = await sallyport(['inspect'], local.token());
    expect(out).toContain('Do not trust these claims until the signature is verified');
    expect(code).toBe(0);
  });

  it('asks nobody over the network, also not the issuer that the token names', async () => {
    const before = remote.discoveries;
    await sallyport(['inspect'], remote.token());
    await sallyport(['inspect', '--issuer', remote.issuer, '--no-network'], remote.token());
    expect(remote.discoveries).toBe(before);
  });

  it('takes a token as it stands in a header', async () => {
    const { out } = await sallyport(['inspect'], `Authorization: Bearer ${local.token()}\r\n`);
    expect(lines(out, 'passed')).toContain('form is a compact JWS in canonical form');
  });
});

describe('never prints', () => {
  it.each([[[]], [['--json']]])('the signature or the token, with %j', async (options) => {
    const token = local.token();
    const { out, err } = await sallyport(['inspect', ...options], token);
    for (const part of token.split('.')) expect(out + err).not.toContain(part);
  });

  it('what steers a terminal', async () => {
    const name = 'a\u001b[2J\u009b31m\u202eb\u2028';
    for (const options of [[], ['--json']]) {
      const { out } = await sallyport(['inspect', ...options], local.token({ sub: name, [name]: 1 }));
      expect(out).not.toMatch(/[^\n\P{Cc}]|[\u202e\u2028]/u);
      expect(out).toContain('\\u009b31m\\u202eb\\u2028');
    }
  });

  it('colours unless they are wanted', async () => {
    const token = local.token();
    expect((await sallyport(['inspect'], token)).out).not.toContain('\u001b');
    expect((await sallyport(['inspect'], token, { colors: true })).out).toContain('\u001b[32mpassed');
  });
});

describe('with an issuer, an audience and keys', () => {
  it('says that the token is accepted', async () => {
    const { code, out } = await sallyport(['inspect', ...known()], local.token());
    expect(lines(out, 'passed')).toContain('signature is signed with that key');
    expect(out).toContain('sallyport accepts this token under these options.');
    expect(code).toBe(0);
  });

  it('reads the keys of the issuer', async () => {
    const options = ['--issuer', remote.issuer, '--audience', 'test-audience'];
    expect(await sallyport(['inspect', ...options], remote.token())).toMatchObject({ code: 0 });
    const { code, out } = await sallyport(
      ['inspect', '--jwks-uri', remote.jwksUri],
      local.token({}, { kid: remote.signingKey().kid }),
    );
    expect(lines(out, 'broken')).toEqual(['signature The signature does not verify.']);
    expect(code).toBe(1);
  });

  it('says of every broken rule what came and what was expected', async () => {
    const claims = {
      aud: 'other',
      iss: `${issuer}/`,
      azp: 'https://evil.example',
      cnf: { jkt: 'x' },
      exp: 1,
    };
    const options = [...known(), '--authorized-party', 'https://app.example', '--claim', 'org=acme'];
    const { out } = await sallyport(['inspect', ...options], local.token(claims));
    expect(lines(out, 'broken')).toEqual([
      `iss The token's iss is "${issuer}/" and you configured "${issuer}": add the slash.`,
      expect.stringContaining('exp The token expired at 1970-01-01 00:00:01 UTC'),
      `aud The token's aud is "other" and you configured ["test-audience"]: ask the issuer for a token for your API, or configure that audience if it is your API.`,
      `azp The token's azp is "https://evil.example" and you configured ["https://app.example"]: add that party if its front end is yours.`,
      "claims The token's org is not one that is accepted.",
      expect.stringContaining('cnf The token is bound to a key'),
    ]);
  });

  it('says it to programs', async () => {
    const { code, out } = await sallyport(['inspect', '--json', ...known()], local.token({ aud: 'other' }));
    const { accepted, claims, times, rules } = JSON.parse(out);
    expect(accepted).toBe(false);
    expect(claims).toMatchObject({ iss: issuer, aud: 'other' });
    expect(times.exp).toMatch(/^\d{4}-.*Z$/);
    expect(rules).toContainEqual({
      rule: 'aud',
      outcome: 'broken',
      says: 'is for the audience',
      why: 'The token was issued for another audience.',
    });
    expect(code).toBe(1);
  });

  it('takes a JWK Set from a file', async () => {
    const file = join(folder, 'jwks.json');
    await writeFile(file, JSON.stringify(local.jwks()));
    const { code } = await sallyport(['inspect', '--public-key', file], local.token());
    expect(code).toBe(0);
    await writeFile(file, '{ broken');
    expect(await sallyport(['inspect', '--public-key', file], local.token())).toMatchObject({ code: 2 });
  });

  it('says which keys cannot be had, and ends with 1', async () => {
    await remote.fail(404);
    const { code, out } = await sallyport(['inspect', '--issuer', remote.issuer], remote.token());
    await remote.recover();
    expect(lines(out, 'not judged')).toContain(
      'signature is signed with that key (the keys cannot be fetched)',
    );
    expect(out).toContain(`${remote.issuer}/.well-known/openid-configuration answers 404: check the path`);
    expect(code).toBe(1);
  });
});

describe('what is no JWT', () => {
  it.each([
    ['an opaque token', 'c2VjcmV0', /opaque/],
    ['an encrypted token', 'a.b.c.d.e', /encrypted/],
    ['the answer of a token endpoint', '{"access_token":"x"}', /access_token alone/],
    ['an API key', 'sp_abc', /API key/],
    ['four parts', 'a.b.c.d', /not a compact JWS/],
  ])('%s', async (_name, text, why) => {
    const { code, out } = await sallyport(['inspect'], text);
    expect(lines(out, 'broken').join('\n')).toMatch(why);
    expect(out).not.toContain(text);
    expect(code).toBe(1);
  });

  it('has neither header nor claims for programs', async () => {
    const { out, code } = await sallyport(['inspect', '--json'], 'a.b.c.d');
    const document = JSON.parse(out) as object;
    expect(document).toMatchObject({ accepted: false, header: null, claims: null, times: {} });
    expect(code).toBe(1);
  });

  it('is shown as far as it can be read', async () => {
    const { out } = await sallyport(['inspect'], `${local.token({ sub: 'user_ada' })}=`);
    expect(lines(out, 'broken')).toHaveLength(1);
    expect(out).toContain('"user_ada"');
  });

  it('is read up to a length that no token has', async () => {
    expect(await sallyport(['inspect'], 'a'.repeat(1_000_001))).toMatchObject({ code: 2 });
  });

  it('may be nested as deep as it is long', async () => {
    const token = local.token().split('.');
    const deep = Buffer.from(`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`).toString('base64url');
    for (const options of [[], ['--json']]) {
      const { out } = await sallyport(['inspect', ...options], [token[0], deep, token[2]].join('.'));
      expect(out).toContain('nested too deep');
    }
  });
});

describe('is of one mind with the verifier about', () => {
  it.each(tokenCases)('$name', async ({ token }) => {
    const made = token(local);
    const verify = jwtVerifier({ issuer, audience, keys, now: () => NOW });
    const refusal = await verify(made).then(
      () => undefined,
      (error: unknown) => (error instanceof InvalidTokenError ? error.detail : error),
    );
    const { accepted, findings } = await judgeToken(made, {
      given: { issuer, audience },
      keys,
      now: () => NOW,
    });

    expect(accepted).toBe(refusal === undefined);
    const broken = findings.filter(({ outcome }) => outcome === 'broken');
    expect(broken.some(({ rule }) => rule === 'verifier')).toBe(false);
    // The verifier stops at the first rule that is broken; a malformed token may be explained in other words.
    if (broken[0]?.rule !== 'form' && broken[0]?.rule !== 'signature') expect(broken[0]?.why).toBe(refusal);
  });
});
