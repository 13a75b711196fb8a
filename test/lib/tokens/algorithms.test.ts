import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import {
  ALGORITHMS,
  expressOauth2JwtBearer,
  jwtVerifier,
  nodeCrypto,
  staticKeys,
  type Algorithm,
} from 'sallyport';
import { createTestIssuer, signToken, type TestIssuer } from 'sallyport/testing';

const issuers = new Map(ALGORITHMS.map((alg) => [alg, createTestIssuer({ algorithms: [alg] })]));
const engines = { 'express-oauth2-jwt-bearer': expressOauth2JwtBearer(), 'node:crypto': nodeCrypto() };

type Accepts = (issuer: TestIssuer, token: string, algorithms: Algorithm[]) => Promise<boolean>;

const settled = (promise: Promise<unknown>) =>
  promise.then(
    () => true,
    () => false,
  );

const judges: Record<string, Accepts> = {
  ...Object.fromEntries(
    Object.entries(engines).map(([name, engine]): [string, Accepts] => [
      name,
      ({ issuer, audience, keys }, token, algorithms) =>
        settled(jwtVerifier({ issuer, audience, keys, algorithms, engine })(token)),
    ]),
  ),
  jose: ({ issuer, audience, jwks }, token, algorithms) =>
    settled(
      jwtVerify(token, createLocalJWKSet(jwks() as JSONWebKeySet), {
        issuer,
        audience: audience as string,
        algorithms,
      }),
    ),
};

function issuerOf(alg: Algorithm): TestIssuer {
  const issuer = issuers.get(alg);
  if (!issuer) throw new Error(`no issuer for ${alg}`);
  return issuer;
}

/** Another byte in the middle of the signature. */
function tampered(token: string): string {
  const [header, payload, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  return `${header}.${payload}.${bytes.toString('base64url')}`;
}

const ORDER_P256 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** (r, n - s): a second valid signature of the same input, as anyone can make it (SEC 1 section 4.1). */
function respelled(token: string): string {
  const [header, payload, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const other = Buffer.from((ORDER_P256 - s).toString(16).padStart(64, '0'), 'hex');
  return `${header}.${payload}.${Buffer.concat([bytes.subarray(0, 32), other]).toString('base64url')}`;
}

describe.each(Object.entries(judges))('%s', (_name, accepts) => {
  describe.each(ALGORITHMS)('with %s', (alg) => {
    const issuer = issuerOf(alg);

    it('accepts what was signed', async () => {
      expect(await accepts(issuer, issuer.token(), [alg])).toBe(true);
    });

    it('refuses what was tampered with', async () => {
      expect(await accepts(issuer, tampered(issuer.token()), [alg])).toBe(false);
    });

    it('refuses it while another algorithm is allowed', async () => {
      const others = ALGORITHMS.filter((other) => other !== alg);
      expect(await accepts(issuer, issuer.token(), others)).toBe(false);
    });

    it('refuses a token that names each other algorithm over the same signature', async () => {
      const { kid, privateKey } = issuer.signingKey();
      for (const other of ALGORITHMS.filter((name) => name !== alg)) {
        const token = signToken(
          { alg: other, kid },
          { iss: issuer.issuer, sub: 'x', exp: 9e9 },
          privateKey,
          alg,
        );
        expect(await accepts(issuer, token, [...ALGORITHMS])).toBe(false);
      }
    });

    it("refuses another issuer's signature under the same kid", async () => {
      const { kid } = issuer.signingKey();
      const attacker = createTestIssuer({ algorithms: [alg], kid, issuer: issuer.issuer });
      expect(await accepts(issuer, attacker.token(), [alg])).toBe(false);
    });
  });

  it('accepts the second spelling of an ECDSA signature: the same token, by another name', async () => {
    const issuer = issuerOf('ES256');
    const token = issuer.token();
    expect(respelled(token)).not.toBe(token);
    expect(await accepts(issuer, respelled(token), ['ES256'])).toBe(true);
  });

  it('refuses an ECDSA signature in DER', async () => {
    const issuer = issuerOf('ES256');
    const token = issuer.token();
    const raw = Buffer.from(token.split('.')[2] ?? '', 'base64url');
    const der = Buffer.concat([
      Buffer.from([0x30, 0x44, 2, 32]),
      raw.subarray(0, 32),
      Buffer.from([2, 32]),
      raw.subarray(32),
    ]);
    const spelled = `${token.slice(0, token.lastIndexOf('.'))}.${der.toString('base64url')}`;
    expect(await accepts(issuer, spelled, ['ES256'])).toBe(false);
  });
});

it('refuses RS512 under a key that says it is for RS256 only', async () => {
  const { audience, issuer, jwks, signingKey } = issuerOf('RS256');
  const verify = jwtVerifier({
    issuer,
    audience,
    algorithms: ['RS256', 'RS512'],
    keys: staticKeys(jwks() as { keys: object[] }),
  });
  const { kid, privateKey } = signingKey();
  const token = signToken(
    { alg: 'RS512', kid },
    { iss: issuer, aud: audience, sub: 'x', exp: 9e9 },
    privateKey,
  );
  await expect(verify(token)).rejects.toMatchObject({ reason: 'algorithm' });
});
