import { generateKeyPairSync } from 'node:crypto';
import { staticKeys, type SallyportEvent } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import { BAD_KEYS } from './bad-keys';

const issuer = createTestIssuer({ algorithms: ['ES256'], kid: 'good' });
const good = (issuer.jwks() as { keys: object[] }).keys[0]!;

describe('a static JWK Set', () => {
  it('hands out its key, frozen, by kid and knows no other', async () => {
    const keys = staticKeys({ keys: [good] });
    const key = await keys.find('good');
    expect(key).toEqual({ kid: 'good', jwk: good });
    expect(Object.isFrozen(key) && Object.isFrozen(key!.jwk)).toBe(true);
    expect(keys.holds(key!)).toBe(true);
    expect(keys.holds({ ...key! })).toBe(false);
    expect(await keys.find('other')).toBeUndefined();
    expect(await keys.find('__proto__')).toBeUndefined();
  });

  it('leaves behind what no verifier may look at', async () => {
    const decorated = {
      ...good,
      x5u: 'https://attacker.example',
      x5c: ['MIIB'],
      jku: 'https://attacker.example',
    };
    expect((await staticKeys({ keys: [decorated] }).find('good'))?.jwk).toEqual(good);
  });

  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'use', 'key_ops', 'alg', 'x5c', 'x5t'])(
    'takes %s as absent where it is null or an empty list, as some libraries write what a key does not have',
    async (name) => {
      const bare = Object.fromEntries(Object.entries(good).filter(([member]) => !/^(alg|use)$/.test(member)));
      for (const value of [null, []]) {
        const keys = staticKeys({ keys: [{ ...bare, [name]: value }] });
        expect((await keys.find('good'))?.jwk).toEqual(bare);
      }
    },
  );

  it.each(BAD_KEYS)('uses its good key and reports $name', async ({ jwk, why }) => {
    const events: SallyportEvent[] = [];
    const keys = staticKeys({ keys: [good, jwk as object] }, { onEvent: (event) => events.push(event) });
    const kid = (jwk as { kid?: unknown } | null)?.kid;
    const unusable = [{ kid: typeof kid === 'string' ? kid : undefined, why }];
    expect(events).toEqual([{ type: 'keys_refreshed', source: 'static JWK Set', keys: 1, unusable }]);
    expect(await keys.find('good')).toBeDefined();
    expect(await keys.find(String(kid))).toBeUndefined();
  });

  it.each(BAD_KEYS)('throws at mount when $name is all there is', ({ jwk, why }) => {
    expect(() => staticKeys({ keys: [jwk as object] })).toThrow(why);
  });

  it('keeps of key_ops that a key is for verifying', async () => {
    const keys = staticKeys({ keys: [{ ...good, key_ops: ['sign', 'verify'] }] });
    expect((await keys.find('good'))?.jwk).toEqual({ ...good, key_ops: ['verify'] });
  });

  it('does not take a failure of its own for a bad key', () => {
    const hostile = Object.defineProperty({ ...good }, 'kty', {
      get: () => {
        throw new RangeError('not a judgement');
      },
    });
    expect(() => staticKeys({ keys: [hostile] })).toThrow(RangeError);
  });

  it('uses no key of those that share a kid, however good each is', async () => {
    const [other] = (createTestIssuer({ algorithms: ['ES256'], kid: 'same' }).jwks() as { keys: object[] })
      .keys;
    const keys = staticKeys({ keys: [good, other!, { ...good, kid: 'same' }] });
    expect(await keys.find('same')).toBeUndefined();
    expect(await keys.find('good')).toBeDefined();
  });

  it.each([
    ['no set', {}],
    ['keys that are no list', { keys: {} }],
    ['an empty set', { keys: [] }],
    ['null', null],
    ['a list', [good]],
    ['undefined, as an unset variable is', undefined],
  ])('throws a TypeError at mount for %s', (_, document) => {
    expect(() => staticKeys(document as never)).toThrow(TypeError);
  });

  it('refuses an option that nobody reads', () => {
    expect(() => staticKeys({ keys: [good] }, { kid: 'x' } as never)).toThrow('unknown option "kid"');
  });
});

describe('a PEM key', () => {
  it('answers for any kid, each time with the same frozen key', async () => {
    const keys = staticKeys(issuer.publicKeyPem());
    const key = await keys.find('ins_1');
    expect(key?.kid).toBe('ins_1');
    expect(key?.jwk).toMatchObject({ kty: 'EC', crv: 'P-256', kid: 'ins_1' });
    expect(await keys.find('ins_1')).toBe(key);
    expect(await keys.find('ins_2')).toMatchObject({ kid: 'ins_2' });
    expect(keys.holds(key!)).toBe(true);
  });

  it('may be in PKCS#1 form too', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = publicKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'any' };
    expect(await staticKeys(pem).find('any')).toEqual({ kid: 'any', jwk });
  });

  it('goes on holding a key when made-up kids have pushed it out of memory', async () => {
    const keys = staticKeys(issuer.publicKeyPem());
    const key = await keys.find('first');
    for (let count = 0; count < 500; count += 1) await keys.find(`made-up-${count}`);
    expect(await keys.find('first')).not.toBe(key);
    expect(keys.holds(key!)).toBe(true);
  });

  const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
  it.each([
    ['a private key', rsa(2048).privateKey.export({ type: 'pkcs8', format: 'pem' }), 'PEM of a public key'],
    [
      'a public key with its private key beside it',
      issuer.publicKeyPem() +
        issuer.signingKey().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'PEM of a public key',
    ],
    [
      'RSA with 1024 bits',
      rsa(1024).publicKey.export({ type: 'spki', format: 'pem' }),
      'RSA under 2048 bits',
    ],
    ['text that is no PEM', 'sk_test_1234', 'PEM of a public key'],
    ['an empty string', '', 'PEM of a public key'],
    ['a broken PEM', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', 'cannot be read'],
    [
      'a key agreement key',
      generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' }),
      'not supported',
    ],
  ])('throws a TypeError at mount for %s', (_, pem, message) => {
    expect(() => staticKeys(pem.toString())).toThrow(message);
    expect(() => staticKeys(pem.toString())).toThrow(TypeError);
  });
});
