import { InvalidTokenError, jwtVerifier, type InvalidTokenReason } from 'sallyport';
import { createTestIssuer, generateSigningKey, signToken } from 'sallyport/testing';

const issuer = createTestIssuer();
const verify = jwtVerifier({ issuer: issuer.issuer, audience: issuer.audience, keys: issuer.keys });
const seconds = () => Math.floor(Date.now() / 1000);

async function expectRefused(token: string, reason: InvalidTokenReason): Promise<void> {
  const error = await verify(token).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InvalidTokenError);
  expect(error).toMatchObject({ status: 401, code: 'invalid_token', reason });
}

it('a valid token says who calls', async () => {
  await expect(verify(issuer.token({ sub: 'ada' }))).resolves.toMatchObject({
    subject: 'ada',
    issuer: issuer.issuer,
  });
});

describe('invalid signature', () => {
  const header = () => ({ alg: 'RS256', kid: issuer.signingKey().kid });
  const claims = () => ({ iss: issuer.issuer, aud: issuer.audience, sub: 'ada', exp: seconds() + 60 });

  it('made with another key under the right kid', async () => {
    await expectRefused(signToken(header(), claims(), generateSigningKey('RS256').privateKey), 'signature');
  });

  it('of another token of the same issuer', async () => {
    const [head, payload] = issuer.token({ sub: 'ada' }).split('.');
    const [, , signature] = issuer.token({ sub: 'bob' }).split('.');
    await expectRefused([head, payload, signature].join('.'), 'signature');
  });

  it('that is empty', async () => {
    await expectRefused(issuer.token().replace(/[^.]*$/, ''), 'malformed');
  });
});

describe('expired', () => {
  it('a token whose exp is past', async () => {
    await expectRefused(issuer.token({ iat: seconds() - 120, exp: seconds() - 60 }), 'expired');
  });

  it('a token as time goes by', async () => {
    let now = Date.now();
    const later = jwtVerifier({
      issuer: issuer.issuer,
      audience: issuer.audience,
      keys: issuer.keys,
      clockTolerance: 5,
      now: () => now,
    });
    const token = issuer.token({ exp: seconds() + 60 });
    await expect(later(token)).resolves.toMatchObject({ subject: issuer.subject });
    now += 70_000;
    await expect(later(token)).rejects.toMatchObject({ reason: 'expired' });
  });
});

describe('unauthorized issuer', () => {
  it.each([
    ['another one', 'https://other.example'],
    ['one that differs in case', issuer.issuer.toUpperCase()],
    ['one with a slash behind', `${issuer.issuer}/`],
    ['one that ours is the beginning of', `${issuer.issuer}.evil.example`],
    ['none', undefined],
    ['a list with ours in it', [issuer.issuer]],
  ])('%s', async (_what, iss) => {
    await expectRefused(issuer.token({ iss }), 'unknown_issuer');
  });

  it('one that signs with its own key under our name', async () => {
    const other = createTestIssuer({ issuer: issuer.issuer });
    await expectRefused(other.token(), 'unknown_key');
  });
});
