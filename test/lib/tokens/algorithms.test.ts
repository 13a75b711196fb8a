import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import {
  ALGORITHMS,
  expressOauth2JwtBearer,
  jwtVerifier,
  nodeCrypto,
  staticKeys,
  type Algorithm,
  type Engine,
} from 'sallyport';
import { generateKeyPairSync } from 'node:crypto';
import { createTestIssuer, signToken, type TestIssuer } from 'sallyport/testing';

const issuers = new Map(ALGORITHMS.map((alg) => [alg, createTestIssuer({ algorithms: [alg] })]));
/** Of 33 verifications at once the last finds 32 waiting on the thread pool. */
const busy: Engine = {
  name: 'busy',
  verify(...asked) {
    const engine = nodeCrypto();
    const all = Array.from({ length: 33 }, () => engine.verify(...asked));
    return all.at(-1) ?? false;
  },
};
const engines = {
  'express-oauth2-jwt-bearer': expressOauth2JwtBearer(),
  'node:crypto': nodeCrypto(),
  'node:crypto, while the thread pool is busy': busy,
};

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

describe('EdDSA and Ed25519 (RFC 9864)', () => {
  const issuer = issuerOf('Ed25519');
  const { audience, signingKey } = issuer;
  const { kid, privateKey, publicKey } = signingKey();
  const jwk = { kid, use: 'sig', ...publicKey.export({ format: 'jwk' }) };
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer.issuer, aud: audience, sub: 'x', exp: now + 60 };
  const token = (alg: string) => signToken({ alg, kid }, claims, privateKey, 'EdDSA');

  /** What both engines say of a token of that alg, under a key that says this alg or none. */
  const judge = async (alg: string, keyAlg: string | undefined, algorithms: readonly Algorithm[]) => {
    const keys = staticKeys({ keys: [{ ...jwk, ...(keyAlg !== undefined && { alg: keyAlg }) }] });
    const verdicts = await Promise.all(
      Object.values(engines).map((engine) =>
        jwtVerifier({ issuer: issuer.issuer, audience, keys, algorithms, engine })(token(alg)).then(
          () => 'accepted',
          (error: unknown) => (error as { reason: string }).reason,
        ),
      ),
    );
    expect(verdicts[1]).toBe(verdicts[0]);
    return verdicts[0];
  };

  it.each([
    ['Ed25519', 'Ed25519', 'accepted'],
    ['EdDSA', 'EdDSA', 'accepted'],
    ['Ed25519', undefined, 'accepted'],
    ['EdDSA', undefined, 'accepted'],
    ['Ed25519', 'EdDSA', 'algorithm'],
    ['EdDSA', 'Ed25519', 'algorithm'],
  ])('a token of %s under a key for %s: %s', async (alg, keyAlg, verdict) => {
    expect(await judge(alg, keyAlg, ['EdDSA', 'Ed25519'])).toBe(verdict);
  });

  it('neither allows the other', async () => {
    expect(await judge('Ed25519', undefined, ['EdDSA'])).toBe('algorithm');
    expect(await judge('EdDSA', undefined, ['Ed25519'])).toBe('algorithm');
  });

  it('a changed token of Ed25519 is refused by both engines', async () => {
    const keys = staticKeys({ keys: [jwk] });
    for (const engine of Object.values(engines)) {
      const verify = jwtVerifier({ issuer: issuer.issuer, audience, keys, algorithms: ['Ed25519'], engine });
      await expect(verify(tampered(token('Ed25519')))).rejects.toMatchObject({ reason: 'signature' });
    }
  });

  it('Ed448 has no place, neither as key nor as alg', async () => {
    const ed448 = generateKeyPairSync('ed448').publicKey.export({ format: 'jwk' });
    expect(() => staticKeys({ keys: [{ ...ed448, kid: 'k' }] })).toThrow(/curve not supported/);
    const algorithms = ['Ed448'] as unknown as Algorithm[];
    expect(() => jwtVerifier({ issuer: issuer.issuer, audience, keys: issuer.keys, algorithms })).toThrow(
      /"algorithms" must be/,
    );
    expect(await judge('Ed448', undefined, ['EdDSA', 'Ed25519'])).toBe('algorithm');
  });
});

it.each(ALGORITHMS)(
  'nodeCrypto() verifies %s on the event loop where it is quick, while the pool is busy',
  async (alg) => {
    const answers: (boolean | Promise<boolean>)[] = [];
    const engine: Engine = {
      name: 'spied',
      verify(...asked) {
        const answer = busy.verify(...asked);
        answers.push(answer);
        return answer;
      },
    };
    const { issuer, audience, keys, token } = issuerOf(alg);
    await jwtVerifier({ issuer, audience, keys, algorithms: [alg], engine })(token());
    const isSlow = alg === 'ES384' || alg === 'ES512';
    expect(answers).toEqual([isSlow ? expect.any(Promise) : true]);
  },
);
