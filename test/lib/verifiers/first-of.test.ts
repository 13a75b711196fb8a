import { firstOf, jwtVerifier } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';

function twoIssuers() {
  const [a, b] = ['https://a.test', 'https://b.test'].map((issuer) =>
    createTestIssuer({ issuer, kid: 'shared' }),
  );
  if (!a || !b) throw new Error('unreachable');
  const verifiers = [a, b].map(({ issuer, audience, keys }) => jwtVerifier({ issuer, audience, keys }));
  return { a, b, verify: firstOf(...verifiers) };
}

describe('firstOf', () => {
  it('accepts the tokens of either issuer, each with its own keys under one kid', async () => {
    const { a, b, verify } = twoIssuers();
    expect((await verify(a.token())).issuer).toBe(a.issuer);
    expect((await verify(b.token())).issuer).toBe(b.issuer);
  });

  it('refuses a token of one issuer signed with the key of the other', async () => {
    const { a, b, verify } = twoIssuers();
    await expect(verify(a.token({ iss: b.issuer }))).rejects.toMatchObject({
      status: 401,
      reason: 'signature',
    });
  });

  it('tells why the issuer of the token refused, not that the others do not know it', async () => {
    const { a, b, verify } = twoIssuers();
    await expect(verify(a.token({ exp: 1 }))).rejects.toMatchObject({ reason: 'expired' });
    await expect(verify(b.token({ exp: 1 }))).rejects.toMatchObject({ reason: 'expired' });
  });

  it('lets an issuer that is down affect only its own tokens', async () => {
    const { a, b, verify } = twoIssuers();
    a.fail();
    await expect(verify(b.token())).resolves.toMatchObject({ issuer: b.issuer });
    await expect(verify(a.token())).rejects.toMatchObject({ status: 503, code: 'keys_unavailable' });
  });

  it('answers 503 when one is down and a later one says 401', async () => {
    const { a, verify } = twoIssuers();
    a.fail();
    await expect(verify(a.token())).rejects.toMatchObject({ status: 503 });
  });

  it('does not hide a bug of a verifier behind the next one', async () => {
    const { a } = twoIssuers();
    const broken = () => Promise.reject(new TypeError('broken'));
    const verify = firstOf(broken, jwtVerifier({ issuer: a.issuer, audience: a.audience, keys: a.keys }));
    await expect(verify(a.token())).rejects.toThrow('broken');
  });

  it('needs at least one verifier', () => {
    expect(() => firstOf()).toThrow(TypeError);
  });
});
