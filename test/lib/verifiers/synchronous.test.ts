import { createPublicKey, verify as verifySignature } from 'node:crypto';
import { byKind, cached, firstOf, jwtVerifier, revocable, staticKeys, type Engine } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';

/** An engine that verifies on the event loop. */
const onTheLoop: Engine = {
  name: 'on the loop',
  verify: ({ signingInput, signature }, { jwk }) =>
    verifySignature(
      'sha256',
      Buffer.from(signingInput),
      createPublicKey({ key: { ...jwk }, format: 'jwk' }),
      Buffer.from(signature, 'base64url'),
    ),
};

function verifiers() {
  const issuers = ['https://a.test', 'https://b.test'].map((issuer) =>
    createTestIssuer({ issuer, kid: 'shared' }),
  );
  const verify = jest.fn<boolean | Promise<boolean>, Parameters<Engine['verify']>>(onTheLoop.verify);
  const each = issuers.map(({ issuer, audience, jwks }) =>
    jwtVerifier({ issuer, audience, keys: staticKeys(jwks() as never), engine: { name: 'spied', verify } }),
  );
  const token = cached(firstOf(...each));
  const revoked = new Set<string>();
  const check = ({ subject }: { subject: string }) => {
    if (revoked.has(subject)) throw new Error('revoked');
  };
  const chain = revocable(byKind({ token, 'api-key': token }), { check });
  return { a: issuers[0]!, b: issuers[1]!, verify, revoked, chain };
}

describe('verifiers over an engine that answers at once', () => {
  it('accept the tokens of either issuer, and verify each token once', async () => {
    const { a, b, verify, chain } = verifiers();
    for (const { issuer, token } of [a, b]) {
      const credential = token();
      const first = await chain({ kind: 'token', credential });
      expect(first).toMatchObject({ issuer, subject: 'user_1' });
      expect(await chain({ kind: 'token', credential })).toBe(first);
    }
    expect(verify).toHaveBeenCalledTimes(2);
  });

  it('refuse a forged token, again and again', async () => {
    const { a, b, chain } = verifiers();
    const credential = a.token({ iss: b.issuer });
    for (let n = 0; n < 2; n += 1) {
      await expect(chain({ kind: 'token', credential })).rejects.toMatchObject({
        status: 401,
        reason: 'signature',
      });
    }
  });

  it('ask for revocations after the cache', async () => {
    const { a, revoked, chain } = verifiers();
    const credential = a.token();
    await chain({ kind: 'token', credential });
    revoked.add('user_1');
    await expect(chain({ kind: 'token', credential })).rejects.toThrow('revoked');
  });
});
