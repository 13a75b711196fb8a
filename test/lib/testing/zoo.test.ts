import { createPublicKey, X509Certificate, type JsonWebKey } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { createTestIssuer, PROVIDERS, startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';

/** The part of a JWK Set that is looked at here. */
interface Served {
  readonly keys: readonly (JsonWebKey & { kid: string; use?: string; x5c?: string[]; x5t?: string })[];
}

const read = async (url: string, accept = 'application/json, application/jwk-set+json') => {
  const response = await fetch(url, { headers: { accept } });
  return { response, document: response.status === 200 ? await response.json() : undefined };
};

describe.each(PROVIDERS)('a test issuer like %s', (like) => {
  let issuer: HttpTestIssuer;
  beforeAll(async () => {
    issuer = await startTestIssuer({ like });
  });
  afterAll(() => issuer.close());

  const discovery = () => `${issuer.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const signing = (set: unknown) => (set as Served).keys.filter(({ use }) => use !== 'enc');

  it('serves a discovery document that names it and its JWK Set', async () => {
    const { document } = await read(discovery());
    expect(document).toMatchObject({ issuer: issuer.issuer, jwks_uri: issuer.jwksUri });
    expect((await read(issuer.jwksUri)).document).toEqual(issuer.jwks());
    expect({ fetches: issuer.fetches, discoveries: issuer.discoveries }).toEqual({
      fetches: 1,
      discoveries: 1,
    });
  });

  it('makes a token for APIs that another library accepts', async () => {
    const set = createLocalJWKSet(issuer.jwks() as JSONWebKeySet);
    const { payload } = await jwtVerify(issuer.token(), set, { issuer: issuer.issuer });
    expect(payload).toMatchObject({ iss: issuer.issuer, sub: issuer.subject });
    const life = (payload.exp ?? 0) - (payload.iat ?? 0);
    expect(life).toBeGreaterThan(0);
    expect(life).toBeLessThanOrEqual(86_400);
  });

  it('gives tokens of all its kinds, each different from the next', () => {
    for (const kind of issuer.kinds) {
      const token = issuer.tokenOf(kind);
      expect(token).not.toBe('');
      if (token.split('.').length !== 3 || !token.startsWith('ey')) continue;
      expect(decodeProtectedHeader(token).alg).toMatch(/^(RS256|ES256|HS256|HS512|none)$/);
      expect(decodeJwt(token)).toHaveProperty('iss');
    }
    expect(new Set(issuer.kinds.map((kind) => issuer.tokenOf(kind))).size).toBe(issuer.kinds.length);
    expect(() => issuer.tokenOf('nonsense' as never)).toThrow(issuer.kinds.join(', '));
  });

  it('takes other claims and header parameters for each token that it signs', () => {
    const token = issuer.token({ sub: 'somebody', iss: undefined }, { typ: 'at+jwt' });
    expect(decodeJwt(token)).toMatchObject({ sub: 'somebody' });
    expect(decodeJwt(token)).not.toHaveProperty('iss');
    expect(decodeProtectedHeader(token)).toMatchObject({ typ: 'at+jwt' });
    expect(() => issuer.token('sub' as never)).toThrow(TypeError);
  });

  it('gives a certificate of each key where it gives any', () => {
    for (const { x5c, x5t, ...jwk } of signing(issuer.jwks())) {
      if (!x5c) continue;
      const certificate = new X509Certificate(Buffer.from(x5c[0] ?? '', 'base64'));
      const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
      expect(certificate.publicKey.equals(key)).toBe(true);
      expect(certificate.verify(key)).toBe(true);
      if (like === 'entra') continue; // there it is the kid
      expect(x5t).toBe(Buffer.from(certificate.fingerprint.replaceAll(':', ''), 'hex').toString('base64url'));
    }
  });

  it('publishes a key before it signs, and keeps the one that signed until it is withdrawn', async () => {
    const own = await startTestIssuer({ like });
    try {
      const before = decodeProtectedHeader(own.token()).kid ?? '';
      const next = own.publishNext();
      expect(own.publishNext()).toBe(next);
      const announced = signing(own.jwks()).map(({ kid }) => kid);
      expect(decodeProtectedHeader(own.token()).kid).toBe(before);
      expect(own.rotate()).toBe(next);
      const after = decodeProtectedHeader(own.token()).kid ?? '';
      expect(announced).toEqual(expect.arrayContaining([before, next, after]));
      expect(signing(own.jwks()).map(({ kid }) => kid)).toEqual(expect.arrayContaining([before, after]));
      own.withdraw();
      const kept = signing(own.jwks()).map(({ kid }) => kid);
      expect(kept).toContain(after);
      expect(kept).not.toContain(before);
    } finally {
      await own.close();
    }
  });
});

it.each(['auth0', 'entra', 'firebase', 'githubActions', 'google', 'okta', 'supabase'] as const)(
  'an issuer like %s has its next key in the set at all times',
  (like) => {
    const { jwks, publishNext, rotate } = createTestIssuer({ like });
    const kids = (jwks() as Served).keys.map(({ kid }) => kid);
    expect(kids).toContain(publishNext());
    expect(kids).toContain(rotate());
    expect((jwks() as Served).keys).toHaveLength(3);
  },
);

it('an issuer like a provider is there in this process too, under that name', async () => {
  const { issuer, keys, token, signingKey } = createTestIssuer({ like: 'supabase' });
  expect(issuer).toMatch(/^https:/);
  expect(decodeJwt(token()).iss).toBe(issuer);
  expect(await keys.find(signingKey().kid)).toBeDefined();
});

it('Kubernetes serves its JWK Set as application/jwk-set+json, and as nothing else', async () => {
  const issuer = await startTestIssuer({ like: 'kubernetes' });
  try {
    const { response } = await read(issuer.jwksUri);
    expect(response.headers.get('content-type')).toBe('application/jwk-set+json');
    expect((await read(issuer.jwksUri, 'application/json')).response.status).toBe(406);
    expect((await read(issuer.jwksUri, '*/*')).response.status).toBe(200);
  } finally {
    await issuer.close();
  }
});

it('an opaque token takes no claims', () => {
  const { tokenOf } = createTestIssuer({ like: 'google' });
  expect(tokenOf('access')).toMatch(/^ya29\./);
  expect(() => tokenOf('access', { sub: 'x' })).toThrow('takes no claims');
});

it('an unknown provider is refused with those that are known', () => {
  expect(() => createTestIssuer({ like: 'keyclok' as never })).toThrow('auth0, clerk, cognito');
  expect(() => createTestIssuer({ like: 'toString' as never })).toThrow(TypeError);
});

it("Cognito signs access tokens with another key than ID tokens, and Keycloak's set has a key for encryption", () => {
  const pool = createTestIssuer({ like: 'cognito' });
  const kids = ['id', 'access'].map((kind) => decodeProtectedHeader(pool.tokenOf(kind as 'id')).kid);
  expect(kids).toEqual((pool.jwks() as Served).keys.map(({ kid }) => kid));
  const uses = (createTestIssuer({ like: 'keycloak' }).jwks() as Served).keys.map(({ use }) => use);
  expect(uses).toEqual(['enc', 'sig']);
});

it('a service account of Kubernetes has names also where its subject is another', () => {
  const issuer = createTestIssuer({ like: 'kubernetes', subject: 'ada' });
  const [, payload = ''] = issuer.token().split('.');
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
    sub: 'ada',
    'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'default' } },
  });
});
