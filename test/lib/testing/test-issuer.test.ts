import { createPublicKey, createSecretKey } from 'node:crypto';
import { createRemoteJWKSet, createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { KeysUnavailableError } from 'sallyport';
import { createTestIssuer, signToken, startTestIssuer, type SigningAlgorithm } from 'sallyport/testing';

const parts = (token: string): { header: Record<string, unknown>; payload: Record<string, unknown> } => {
  const [header = '', payload = ''] = token.split('.');
  const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  return { header: decode(header), payload: decode(payload) };
};

describe('createTestIssuer', () => {
  const algorithms: SigningAlgorithm[] = [
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
    'Ed25519',
  ];
  const shared = createTestIssuer({ algorithms });

  it.each(algorithms)('signs %s tokens that another library accepts', async (alg) => {
    const set = createLocalJWKSet(shared.jwks() as JSONWebKeySet);
    const { issuer, audience } = shared;
    const options = { issuer, audience: audience as string };
    const { payload } = await jwtVerify(shared.token({}, { alg }), set, options);
    expect(payload.sub).toBe('user_1');
  });

  it('writes the claims and the header of an ordinary token', () => {
    const issuer = createTestIssuer({ now: () => 1_000_000_999, algorithms: ['ES256'] });
    const { header, payload } = parts(issuer.token());
    expect(header).toEqual({ alg: 'ES256', typ: 'JWT', kid: issuer.signingKey().kid });
    expect(payload).toEqual({
      iss: issuer.issuer,
      aud: issuer.audience,
      sub: 'user_1',
      iat: 1_000_000,
      exp: 1_000_060,
    });
  });

  it('overrides any claim or header parameter, and leaves out what is undefined', () => {
    const token = shared.token({ sub: 7, aud: undefined, sid: 's' }, { typ: undefined, crit: ['x'] });
    const { header, payload } = parts(token);
    expect(payload).toMatchObject({ sub: 7, sid: 's' });
    expect(payload).not.toHaveProperty('aud');
    expect(header).toMatchObject({ crit: ['x'] });
    expect(header).not.toHaveProperty('typ');
  });

  it('signs truly under a header that lies about its algorithm, and not at all under none', () => {
    expect(shared.token({}, { alg: 'HS256' }).split('.')[2]).not.toBe('');
    expect(shared.token({}, { alg: 'none' }).split('.')[2]).toBe('');
  });

  it('hands out the same frozen key again, and another one after a rotation', async () => {
    const issuer = createTestIssuer({ algorithms: ['ES256'] });
    const before = issuer.signingKey().kid;
    const key = await issuer.keys.find(before);
    expect(await issuer.keys.find(before)).toBe(key);
    expect(Object.isFrozen(key)).toBe(true);
    const after = issuer.rotate();
    expect(await issuer.keys.find(after)).toMatchObject({ kid: after });
    expect(issuer.keys.holds(key!)).toBe(true);
    issuer.withdraw();
    expect(await issuer.keys.find(before)).toBeUndefined();
    expect(issuer.keys.holds(key!)).toBe(false);
    expect(parts(issuer.token({}, { kid: before })).header['kid']).toBe(before);
  });

  it('withdraws the one key that is named', () => {
    const issuer = createTestIssuer({ algorithms: ['ES256', 'EdDSA'] });
    const kids = () => (issuer.jwks() as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
    const [first, second] = kids();
    issuer.withdraw(first);
    expect(kids()).toEqual([second]);
  });

  it('names every audience that it was given', () => {
    const issuer = createTestIssuer({ audience: ['a', 'b'], algorithms: ['ES256'] });
    expect(parts(issuer.token()).payload['aud']).toEqual(['a', 'b']);
  });

  it('tells the state of its keys as a source over HTTP does', () => {
    const { issuer, keys, fail, recover, serve } = createTestIssuer({ algorithms: ['ES256'] });
    expect(keys.state()).toMatchObject({ source: issuer, keys: 1, stale: false, lastFailure: undefined });
    fail();
    expect(keys.state()).toMatchObject({ lastFailure: 'down' });
    recover();
    serve('nonsense');
    expect(keys.state()).toMatchObject({ keys: 0, lastFailure: undefined });
  });

  it('has no keys while it fails, and makes askers wait while it hangs', async () => {
    const issuer = createTestIssuer({ algorithms: ['ES256'] });
    const { kid } = issuer.signingKey();
    issuer.fail();
    await expect(issuer.keys.find(kid)).rejects.toBeInstanceOf(KeysUnavailableError);
    issuer.hang();
    const waiting = issuer.keys.find(kid);
    const leaver = new AbortController();
    const left = issuer.keys.find(kid, leaver.signal);
    leaver.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    issuer.recover();
    await expect(waiting).resolves.toMatchObject({ kid });
  });

  it('serves whatever set a test puts in place of its own', async () => {
    const issuer = createTestIssuer({ algorithms: ['ES256'] });
    issuer.serve({ keys: [] });
    await expect(issuer.keys.prewarm()).rejects.toBeInstanceOf(KeysUnavailableError);
    issuer.serve(undefined);
    await expect(issuer.keys.prewarm()).resolves.toBeUndefined();
  });

  it.each([
    ['an unknown option', { audiance: 'x' }],
    ['an unknown algorithm', { algorithms: ['HS256'] }],
    ['no algorithm', { algorithms: [] }],
  ])('refuses %s', (_, options) => {
    expect(() => createTestIssuer(options as never)).toThrow(TypeError);
  });
});

describe('signToken', () => {
  it('keys HS256 with whatever secret it is given, for the confusion of public key and secret', async () => {
    const issuer = createTestIssuer({ algorithms: ['ES256'] });
    const secret = createSecretKey(Buffer.from(issuer.publicKeyPem()));
    await expect(jwtVerify(signToken({ alg: 'HS256' }, { a: 1 }, secret), secret)).resolves.toBeDefined();
    expect(createPublicKey(issuer.publicKeyPem()).type).toBe('public');
  });

  it('takes text as it is, so that no JSON is out of reach', () => {
    const { privateKey } = createTestIssuer({ algorithms: ['EdDSA'] }).signingKey();
    const [, payload = ''] = signToken({ alg: 'EdDSA' }, '{"exp":1e999}', privateKey).split('.');
    expect(Buffer.from(payload, 'base64url').toString()).toBe('{"exp":1e999}');
  });
});

describe('startTestIssuer', () => {
  it('serves discovery and keys over HTTP, and counts who asked', async () => {
    const issuer = await startTestIssuer({ algorithms: ['ES256'] });
    try {
      const discovery = await (await fetch(`${issuer.issuer}/.well-known/openid-configuration`)).json();
      expect(discovery).toEqual({ issuer: issuer.issuer, jwks_uri: issuer.jwksUri });
      const set = createRemoteJWKSet(new URL(issuer.jwksUri));
      await expect(jwtVerify(issuer.token(), set)).resolves.toBeDefined();
      expect({ fetches: issuer.fetches, discoveries: issuer.discoveries }).toEqual({
        fetches: 1,
        discoveries: 1,
      });
    } finally {
      await issuer.close();
    }
  });

  it('has no other pages, and counts none of them', async () => {
    const issuer = await startTestIssuer({ algorithms: ['ES256'] });
    try {
      expect((await fetch(`${issuer.issuer}/keys`)).status).toBe(404);
      expect([issuer.fetches, issuer.discoveries]).toEqual([0, 0]);
    } finally {
      await issuer.close();
    }
  });

  it('refuses connections and comes back on the same address', async () => {
    const issuer = await startTestIssuer({ algorithms: ['ES256'] });
    try {
      await issuer.fail('refused');
      await expect(fetch(issuer.jwksUri)).rejects.toThrow();
      await issuer.fail('html');
      expect(await (await fetch(issuer.jwksUri)).text()).toMatch(/^<!doctype/);
      await issuer.recover();
      expect((await fetch(issuer.jwksUri)).status).toBe(200);
    } finally {
      await issuer.close();
    }
  });
});
